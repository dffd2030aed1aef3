import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { unnamedFailures } from './lib/failure-modes.mjs';
import { missingProofs } from './lib/security-tests.mjs';

// A path below one of these is a promise even while the folder does not exist.
const house = [
  'packages',
  'cli',
  'bench',
  'docs',
  'examples',
  'functions',
  'mcp',
  'web',
  'integrations',
  'emulators',
];

/**
 * Fails when a markdown file links to, or names in backticks, a path of this repository that does not exist, when a
 * complaint in the guide of failure modes has no test that names it, and when a test that the threat model names is not
 * there.
 */
function main() {
  const files = list('*.md').filter((file) => existsSync(file));
  const tops = new Set([...list('.').map((file) => file.split('/')[0]), ...house]);
  const missing = files.flatMap((file) => references(file, tops).filter(({ target }) => !existsSync(target)));
  for (const { file, line, text } of missing) console.error(`${file}:${line}: ${text} does not exist`);
  const unnamed = [...unnamedFailures('docs/guide/failure-modes.md'), ...missingProofs('docs/security.md')];
  for (const sentence of unnamed) console.error(sentence);
  console.log(`doc references: ${files.length} files, ${missing.length} broken`);
  process.exit(missing.length + unnamed.length === 0 ? 0 : 1);
}

function list(pathspec) {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--', pathspec];
  return execFileSync('git', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
}

function references(file, tops) {
  const found = [];
  const lines = readFileSync(file, 'utf8').split('\n');
  let fenced = false;
  lines.forEach((content, index) => {
    if (/^\s*(```|~~~)/.test(content)) fenced = !fenced;
    if (fenced) return;
    const at = { file, line: index + 1 };
    for (const [, text] of content.replace(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)/g)) {
      if (isLocalLink(text)) found.push({ ...at, text, target: resolveLink(file, text) });
    }
    for (const [, text] of content.matchAll(/`([^`]+)`/g)) {
      if (isPath(text, tops)) found.push({ ...at, text, target: text.replace(/:\d+$/, '') });
    }
  });
  return found;
}

const isLocalLink = (link) => !/^([a-z][a-z+.-]*:|#|\/\/)/i.test(link);

function resolveLink(file, link) {
  const path = decodeURIComponent(link.split('#')[0]);
  return normalize(path.startsWith('/') ? path.slice(1) : join(dirname(file), path));
}

// Globs, placeholders and commands in backticks are prose; a path starts in a top folder of the repository and has no blank.
function isPath(text, tops) {
  return /^[\w.@-]+\/[\w./@:-]*$/.test(text) && tops.has(text.split('/')[0]);
}

main();
