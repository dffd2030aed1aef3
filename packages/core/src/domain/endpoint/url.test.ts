import { describe, expect, it } from '@jest/globals';
import { endpointUrl, isFixed } from './url.ts';

describe('endpointUrl', () => {
  it.each([
    ['https://a.example/hook?key=1#top', 'https://a.example/hook'],
    ['HTTPS://A.Example:443/Hook', 'https://a.example/Hook'],
    ['https://a.example', 'https://a.example/'],
    ['https://a.example?x=1', 'https://a.example/'],
    [
      'http://a.example:8080/a/${timer.metadata.id}/b?x=${timestamp}',
      'http://a.example:8080/a/${timer.metadata.id}/b',
    ],
    ['https://a.example/${secret.PATH}#${timer.id}', 'https://a.example/${secret.PATH}'],
    [' https://[::1]:9000/x ', 'https://[::1]:9000/x'],
  ])('takes %s as %s', (target, url) => {
    expect(endpointUrl(target)).toBe(url);
    expect(endpointUrl(url)).toBe(url);
  });

  it('tells paths, ports and schemes apart', () => {
    const urls = [
      'https://a.example/x',
      'https://a.example/y',
      'http://a.example/x',
      'https://a.example:1/x',
    ];
    expect(new Set(urls.map(endpointUrl)).size).toBe(4);
  });
});

describe('isFixed', () => {
  it('holds where no placeholder stands anywhere', () => {
    expect(isFixed('https://a.example/hook?x=1')).toBe(true);
    expect(isFixed('https://a.example/hook?x=${timer.id}')).toBe(false);
  });
});
