import { describe, expect, it } from '@jest/globals';
import { drawnText, safeJson, safeLine, safeText } from './text.ts';

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

describe('drawnText', () => {
  it('leaves colours and line ends, and nothing else to obey', () => {
    const drawn = '\u001B[31mred\u001B[39m\n\u001B[2J\u001B]0;title\u0007\u009B1A\u202Eend';
    expect(drawnText(drawn)).toBe('\u001B[31mred\u001B[39m\nend');
  });
});

describe('safeJson', () => {
  it('says the same with escapes', () => {
    const value = { text: 'a\u009B2J\u202Eb\u007F\u2066☕' };
    const json = safeJson(JSON.stringify(value));
    expect(json).toBe(String.raw`{"text":"a\u009b2J\u202eb\u007f\u2066☕"}`);
    expect(JSON.parse(json)).toEqual(value);
  });
});
