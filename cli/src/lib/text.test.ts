import { describe, expect, it } from '@jest/globals';
import { safeLine, safeText } from './text.ts';

describe('safeText', () => {
  it.each([
    ['a colour', '\u001B[31mred\u001B[0m', 'red'],
    ['a link', '\u001B]8;;https://evil.example\u0007click\u001B]8;;\u0007', 'click'],
    ['a bell and a backspace', 'a\u0007b\u0008c', 'abc'],
    ['an 8-bit control character', 'a\u009B31mb', 'ab'],
    ['reversed writing', 'invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['a carriage return', 'shown\rhidden', 'shownhidden'],
  ])('takes out %s', (_, text, expected) => {
    expect(safeText(text)).toBe(expected);
  });

  it('leaves words, emoji and line ends', () => {
    expect(safeText('größe 世界 ☕\nnext')).toBe('größe 世界 ☕\nnext');
  });
});

describe('safeLine', () => {
  it('makes one line of many', () => {
    expect(safeLine('a\r\n\tb\n\nc')).toBe('a b c');
  });
});
