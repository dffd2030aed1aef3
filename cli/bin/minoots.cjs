#!/usr/bin/env node
'use strict';

// Plain enough for any Node to read, so that an old one gets a sentence instead of a syntax error.
var fs = require('node:fs');
var path = require('node:path');

var NEEDED = [22, 13];
var found = process.versions.node.split('.').map(Number);

if (found[0] < NEEDED[0] || (found[0] === NEEDED[0] && found[1] < NEEDED[1])) {
  console.error(
    'minoots needs Node ' +
      NEEDED.join('.') +
      ' or later; this is Node ' +
      process.versions.node +
      ' (' +
      process.execPath +
      ').',
  );
  process.exit(1);
}

var root = path.join(__dirname, '..');
var built = path.join(root, 'lib', 'main.js');
var main = fs.existsSync(built) ? built : path.join(root, 'src', 'main.ts');
void import(require('node:url').pathToFileURL(main).href);
