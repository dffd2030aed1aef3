import type { JsonObject } from '@minoots/contract';
import type { ActionByType } from '../domain/action.ts';
import { checkPlaceholders } from '../domain/action-checks.ts';
import { ok, reject } from '../domain/rejection.ts';
import { secretName } from '../domain/secret-names.ts';
import { render, type TemplateScope } from '../domain/template.ts';
import type { ActionKind } from './action-kind.ts';
import { CONNECTOR_TIMEOUT_MS, postToSecretUrl, readChannelText, shorten } from './connector.ts';
import { createSender } from './http-sender.ts';
import { templateScope } from './template-scope.ts';

const SECRET = 'SLACK_WEBHOOK_URL';
/** Slack cuts there itself. */
const MAX_TEXT = 40_000;
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Posts to a channel of Slack, through the incoming webhook whose URL a secret holds. */
export const slack: ActionKind<'slack'> = {
  expand: readChannelText,
  read({ secret = SECRET, channel, text, blocks }, at) {
    if (text === undefined && blocks === undefined) {
      return reject('invalid_request', 'text or blocks has to be there', at('text'));
    }
    const misfit =
      checkPlaceholders(channel, at('channel')) ??
      checkPlaceholders(text, at('text')) ??
      checkPlaceholders(blocks, at('blocks'));
    const timeoutMs = CONNECTOR_TIMEOUT_MS;
    return misfit ?? ok({ type: 'slack', secret: secretName(secret), channel, text, blocks, timeoutMs });
  },
  createPerformer(deps) {
    const send = createSender(deps);
    return {
      perform: (action, context) =>
        send(action.timeoutMs, (at) =>
          postToSecretUrl(context, action.secret ?? SECRET, payload(action, templateScope(context, at))),
        ),
    };
  },
};

function payload({ channel, text, blocks }: ActionByType['slack'], scope: TemplateScope): JsonObject {
  return {
    ...(channel === undefined ? {} : { channel: render(channel, scope) }),
    ...(text === undefined ? {} : { text: shorten(render(text, scope, escapeMarkup), MAX_TEXT) }),
    ...(blocks === undefined ? {} : { blocks: render(blocks, scope, escapeMarkup) }),
  };
}

/** What a placeholder becomes is plain text: it can mention nobody and link nowhere. */
function escapeMarkup(text: string): string {
  return text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? character);
}
