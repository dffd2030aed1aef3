/**
 * Domains at which anybody can have an address. None of them could be verified; saying so at once saves looking for a
 * record that nobody can make. The list need not be complete.
 */
const MAIL_SERVICES: ReadonlySet<string> = new Set([
  'aol.com',
  'fastmail.com',
  'gmail.com',
  'gmx.com',
  'gmx.de',
  'gmx.net',
  'googlemail.com',
  'hey.com',
  'hotmail.co.uk',
  'hotmail.com',
  'hotmail.fr',
  'icloud.com',
  'live.com',
  'mac.com',
  'mail.com',
  'mail.ru',
  'me.com',
  'msn.com',
  'naver.com',
  'outlook.com',
  'pm.me',
  'proton.me',
  'protonmail.com',
  'qq.com',
  'tutanota.com',
  'web.de',
  'yahoo.co.uk',
  'yahoo.com',
  'yahoo.fr',
  'yandex.com',
  'yandex.ru',
  'zoho.com',
  '126.com',
  '163.com',
]);

/** Whether anybody can have an address at a domain. @param domain in small letters */
export function isOfEverybody(domain: string): boolean {
  return MAIL_SERVICES.has(domain);
}
