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

const SECRET = 'DISCORD_WEBHOOK_URL';
/** Discord refuses more. */
const MAX_CONTENT = 2_000;
const MENTIONS = { everyone: /@(?:everyone|here)\b/, roles: /<@&/, users: /<@!?\d/ };

/** Posts to a channel of Discord, through the webhook whose URL a secret holds. */
export const discord: ActionKind<'discord'> = {
  // A webhook posts in the channel that it was made for, so the channel's name stays with the reader of the timer.
  expand(short) {
    const text = readChannelText(short)?.text;
    return text === undefined ? null : { text };
  },
  read({ secret = SECRET, text, embeds }, at) {
    if (text === undefined && embeds === undefined) {
      return reject('invalid_request', 'text or embeds has to be there', at('text'));
    }
    const misfit = checkPlaceholders(text, at('text')) ?? checkPlaceholders(embeds, at('embeds'));
    const timeoutMs = CONNECTOR_TIMEOUT_MS;
    return misfit ?? ok({ type: 'discord', secret: secretName(secret), text, embeds, timeoutMs });
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

function payload({ text, embeds }: ActionByType['discord'], scope: TemplateScope): JsonObject {
  return {
    ...(text === undefined ? {} : { content: shorten(render(text, scope), MAX_CONTENT) }),
    ...(embeds === undefined ? {} : { embeds: render(embeds, scope) }),
    // Only whom the author of the action mentions is notified, not whom a placeholder does.
    allowed_mentions: { parse: mentioned(text ?? '') },
  };
}

function mentioned(text: string): string[] {
  return Object.entries(MENTIONS).flatMap(([kind, pattern]) => (pattern.test(text) ? [kind] : []));
}
