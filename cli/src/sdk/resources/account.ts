import type { DeletedAccount, MyData } from '@minoots/contract';
import type { Call } from './caller.ts';
import type { Page } from './timers.ts';

const MAX_PAGE = 200;

/** Operations on what concerns the person who asks. For people, not for keys. Every method throws MinootsError. */
export class Account {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** What is kept of you, with one page of what you did. */
  data(page: Page = {}): Promise<MyData> {
    return this.#call('getMyData', { query: { ...page } });
  }

  /**
   * Deletes your account, and the teams that nobody else is in with everything that they own, for good.
   * @param email yours, said once more; your id where your sign-in gives none
   */
  delete(email: string): Promise<DeletedAccount> {
    return this.#call('deleteMe', { query: { confirm: email } });
  }

  /** What is kept of you, with all that you did. */
  async wholeData(): Promise<MyData> {
    const { audit, next_cursor, ...rest } = await this.data({ limit: MAX_PAGE });
    const all = [...audit];
    let cursor = next_cursor;
    while (cursor !== null) {
      const page = await this.data({ limit: MAX_PAGE, cursor });
      all.push(...page.audit);
      cursor = page.next_cursor;
    }
    return { ...rest, audit: all, next_cursor: null };
  }
}
