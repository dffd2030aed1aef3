#!/usr/bin/env node
'use strict';

// Plain enough for any Node to read, so that an old one gets a sentence instead of a syntax error.
var fs = require('node:fs');
var path = require('node:path');

var root = path.join(__dirname, '..');
var built = path.join(root, 'lib', 'main.js');
var isBuilt = fs.existsSync(built);
var main = isBuilt ? built : path.join(root, 'src', 'main.ts');
// TypeScript sources need a Node that reads them.
var needed = isBuilt ? [22, 13] : [22, 18];
var found = process.versions.node.split('.').map(Number);
if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  console.error(
    'minoots needs Node ' +
      needed.join('.') +
      ' or later; this is Node ' +
      process.versions.node +
      ' (' +
      process.execPath +
      ').',
  );
  process.exit(1);
}

void import(require('node:url').pathToFileURL(main).href);
