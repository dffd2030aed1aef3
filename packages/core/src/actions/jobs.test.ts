import { describe, expect, it } from '@jest/globals';
import type { JobAction, JsonObject } from '@minoots/contract';
import fc from 'fast-check';
import type { ActionFields } from '../domain/action.ts';
import { command } from './command.ts';
import { fileWrite } from './file-write.ts';
import { attemptContext, FIRE_AT } from './test-context.ts';

const at = (field: string) => `/${field}`;
const HOSTILE = fc.oneof(
  fc.constantFrom(
    '$(touch x)',
    '`touch x`',
    '"; rm -rf / #',
    "'",
    '\n',
    '; rm -rf /',
    '${HOME}',
    '\\',
    '&&',
    '$0',
  ),
  fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ' ')),
);

function jobOf(fields: ActionFields['command'], metadata: JsonObject, name = 'tea'): JobAction {
  const action = command.read(fields, at);
  if (!action.ok) throw new Error(action.detail);
  const job = command.describeJob(action.value, attemptContext(action.value, { name, metadata }), FIRE_AT);
  if ('refused' in job) throw new Error(job.refused);
  return job;
}

describe('a file as its runner gets it', () => {
  it('holds placeholders for others where the request wrote a dollar sign for theirs', () => {
    const action = fileWrite.read({ file: 'a.sh', content: 'cd ${$}{HOME} # ${timer.name}, $5' }, at);
    if (!action.ok) throw new Error(action.detail);
    const context = attemptContext(action.value, { name: 'tea' });
    expect(fileWrite.describeJob(action.value, context, FIRE_AT)).toMatchObject({
      content: 'cd ${HOME} # tea, $5',
    });
  });
});

describe('a command as its runner gets it', () => {
  it('leaves the dollar sign that templates have for the shell, which reads its own number there', () => {
    expect(jobOf({ run: 'echo ${$} $$' }, {})).toMatchObject({ run: { script: 'echo ${$} $$' } });
    expect(jobOf({ run: "echo '${$}{HOME}'", shell: false }, {})).toMatchObject({
      run: { argv: ['echo', '${HOME}'] },
    });
  });

  it('has the same script whatever the values are, and each value in one variable', () => {
    const run =
      'echo "${timer.name}" \'${timer.metadata.a}\' `${timer.metadata.b.c}` $(( ${timer.metadata.a} ))';
    const plain = jobOf({ run }, { a: 'x', b: { c: 'y' } });
    fc.assert(
      fc.property(HOSTILE, HOSTILE, HOSTILE, (name, a, c) => {
        const job = jobOf({ run }, { a, b: { c } }, name);
        if (job.type !== 'command' || plain.type !== 'command') throw new Error('not a command');
        expect(job.run).toEqual(plain.run);
        expect(job.env).toMatchObject({
          MINOOTS_TIMER_NAME: name,
          MINOOTS_TIMER_METADATA_a: a,
          MINOOTS_TIMER_METADATA_b_2e_c: c,
        });
      }),
    );
  });

  it('has as many arguments whatever the values are', () => {
    fc.assert(
      fc.property(HOSTILE, HOSTILE, (name, a) => {
        const job = jobOf({ run: 'tool ${timer.name} --a=${timer.metadata.a}', shell: false }, { a }, name);
        expect(job).toMatchObject({ run: { argv: ['tool', name, `--a=${a}`] } });
      }),
    );
  });

  it('is refused when it is too large with its placeholders filled', () => {
    const run = '${timer.metadata.a} '.repeat(20);
    const action = command.read({ run, shell: false }, at);
    if (!action.ok) throw new Error(action.detail);
    const context = attemptContext(action.value, { metadata: { a: 'x'.repeat(16_000) } });
    expect(command.describeJob(action.value, context, FIRE_AT)).toEqual({
      refused: expect.stringMatching(/over the 262144 allowed/),
    });
  });

  it('may hold a backslash and the letters of an escape, which are no NUL', () => {
    expect(jobOf({ run: "printf '\\u0000'" }, {})).toMatchObject({ run: { script: "printf '\\u0000'" } });
  });
});

describe('a file as its runner gets it', () => {
  it('has values in its place and its content', () => {
    const fields = { file: '${timer.metadata.a}/x', content: '${timer.metadata.a}${timer.metadata.none}' };
    const action = fileWrite.read(fields, at);
    if (!action.ok) throw new Error(action.detail);
    const context = attemptContext(action.value, { metadata: { a: '../../etc' } });
    expect(fileWrite.describeJob(action.value, context, FIRE_AT)).toEqual({
      type: 'file_write',
      file: '../../etc/x',
      content: '../../etc',
      append: false,
    });
  });
});
