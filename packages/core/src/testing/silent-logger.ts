import type { Logger } from '../ports/logger.ts';

/** A logger that says nothing. */
export const silentLogger: Logger = { info() {}, warn() {}, error() {} };
