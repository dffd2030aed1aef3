import { describe, expect, it } from '@jest/globals';
import { acceptedTypes, type CommandAction, commandRefusal } from './permissions.ts';

const refusal = (patterns: string[], run: CommandAction['run'], more: Partial<CommandAction> = {}) =>
  commandRefusal(
    { commands: { patterns }, folders: [] },
    { type: 'command', run, env: {}, cwd: null, timeout_ms: 1, ...more },
  );

describe('what a runner accepts', () => {
  it('is what it may do at all', () => {
    expect(acceptedTypes({ commands: null, folders: [] })).toEqual([]);
    expect(acceptedTypes({ commands: { patterns: [] }, folders: [] })).toEqual(['command']);
    expect(acceptedTypes({ commands: { patterns: ['x'] }, folders: ['/a'] })).toEqual([
      'command',
      'file_write',
    ]);
    expect(acceptedTypes({ commands: null, folders: ['/a'] })).toEqual(['file_write']);
  });
});

describe('a command', () => {
  it.each<[string[], CommandAction['run']]>([
    [[], { script: 'anything' }],
    [['*'], { script: 'anything; at all' }],
    [['*'], { argv: ['anything'] }],
    [['x', 'npm run build'], { script: 'npm run build' }],
    [['npm run build'], { argv: ['npm', 'run', 'build'] }],
    [['npm run *'], { argv: ['npm', 'run', 'build', '--', '; rm'] }],
    [['npm run *'], { argv: ['npm', 'run'] }],
  ])('is allowed by %j: %j', (patterns, run) => {
    expect(refusal(patterns, run)).toBeNull();
  });

  it.each<[string[], CommandAction['run']]>([
    [['npm run build'], { script: 'npm run build; rm -rf ~' }],
    [['npm run build'], { script: 'npm run build ' }],
    [['npm run *'], { script: 'npm run build' }],
    [['npm run build'], { argv: ['npm', 'run', 'build', 'x'] }],
    [['npm run build'], { argv: ['npm', 'run build'] }],
    [['npm run *'], { argv: ['npm', 'install'] }],
    [['npm run *'], { argv: ['npm'] }],
    [['npm*'], { argv: ['npm'] }],
    [[''], { argv: ['npm'] }],
    [['npm'], { argv: ['./npm'] }],
  ])('is refused by %j: %j', (patterns, run) => {
    expect(refusal(patterns, run)).toBe('this runner does not allow the command');
  });

  it('that is chosen by a pattern may not change what it does by its environment or folder', () => {
    const run = { argv: ['npm', 'test'] };
    expect(refusal(['npm test'], run, { env: { PATH: '/evil' } })).toMatch('may not set the variable PATH');
    expect(refusal(['npm test'], run, { env: { LD_PRELOAD: 'x' } })).toMatch('LD_PRELOAD');
    expect(refusal(['npm test'], run, { cwd: 'evil' })).toMatch('may not choose the folder');
    expect(refusal(['npm test'], run, { env: { MINOOTS_TIMER_NAME: 'x' } })).toBeNull();
    expect(refusal([], run, { env: { PATH: '/mine' }, cwd: 'mine' })).toBeNull();
  });
});
