import type { Logger } from '@minoots/core';

/** A logger that says nothing. */
export const silentLogger: Logger = { info() {}, warn() {}, error() {} };
