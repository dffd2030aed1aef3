import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { placeholdersOf, splitCommandLine, toScript, variableName } from './command-line.ts';

describe('toScript', () => {
  it('makes variables of the placeholders of the service and leaves the shell its own', () => {
    const run =
      'cd "${HOME}" && echo ${timer.name} ${ delivery.id } ${timestamp} ${x:-${timer.id}} $1 ${#a[@]} ${timer}';
    const { text, variables } = toScript(run);
    expect(text).toBe(
      'cd "${HOME}" && echo ${MINOOTS_TIMER_NAME} ${MINOOTS_DELIVERY_ID} ${MINOOTS_TIMESTAMP} ${x:-${MINOOTS_TIMER_ID}} $1 ${#a[@]} ${timer}',
    );
    expect(Object.fromEntries(variables)).toEqual({
      MINOOTS_TIMER_NAME: 'timer.name',
      MINOOTS_DELIVERY_ID: 'delivery.id',
      MINOOTS_TIMESTAMP: 'timestamp',
      MINOOTS_TIMER_ID: 'timer.id',
    });
  });

  it('finds what is meant for the service, known or not', () => {
    const run =
      '${HOME} ${timer.nope} ${event.x} ${ secret.A } ${timestamp} ${timestamp.x} ${timestamps} ${timer_id}';
    expect(placeholdersOf(run)).toEqual([
      '${timer.nope}',
      '${event.x}',
      '${ secret.A }',
      '${timestamp}',
      '${timestamp.x}',
    ]);
  });

  it('gives every path a name of its own that a shell knows as one of a variable', () => {
    const key = fc.string({ unit: 'grapheme', minLength: 1 });
    const path = fc
      .tuple(fc.constantFrom('timer.metadata', 'timer.labels'), key)
      .map(([root, rest]) => `${root}.${rest}`);
    fc.assert(
      fc.property(path, path, (one, other) => {
        expect(variableName(one)).toMatch(/^MINOOTS_[A-Za-z0-9_]+$/);
        expect(variableName(one) === variableName(other)).toBe(one === other);
      }),
    );
  });

  it.each([
    ['timer.metadata.pull_request', 'MINOOTS_TIMER_METADATA_pull_5f_request'],
    ['timer.labels.app.io/name', 'MINOOTS_TIMER_LABELS_app_2e_io_2f_name'],
    ['timer.fire_at', 'MINOOTS_TIMER_FIRE_AT'],
    ['delivery.drift_ms', 'MINOOTS_DELIVERY_DRIFT_MS'],
  ])('names %s %s', (path, name) => {
    expect(variableName(path)).toBe(name);
  });
});

describe('splitCommandLine', () => {
  it.each([
    ['make -j 4', ['make', '-j', '4']],
    [`say 'a b' "c \\"d\\"" e\\ f ''`, ['say', 'a b', 'c "d"', 'e f', '']],
    ['a;b | c > d', ['a;b', '|', 'c', '>', 'd']],
    ['x ${ timer.name } "${timer.metadata.a\'b}"', ['x', '${ timer.name }', "${timer.metadata.a'b}"]],
    ["--name=${timer.name}'s", null],
    ['a\nb', ['a', 'b']],
  ])('reads %j as %j', (run, argv) => {
    const split = splitCommandLine(run, '/run');
    expect(split.ok ? split.value : null).toEqual(argv);
  });

  it.each([
    ["echo 'a", 'has a quote or a backslash that nothing follows'],
    ['echo "a', 'has a quote or a backslash that nothing follows'],
    ['echo \\', 'has a quote or a backslash that nothing follows'],
    [' \n ', 'names no program'],
    ["$'\\x00' ${timer.id}", 'must not hold NUL'],
  ])('refuses %j', (run, detail) => {
    expect(splitCommandLine(run, '/run')).toEqual({
      ok: false,
      code: 'invalid_request',
      detail,
      pointer: '/run',
    });
  });
});
