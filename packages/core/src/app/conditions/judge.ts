import type { JsonObject, JsonValue } from '@minoots/contract';
import type { ConditionVerdict } from '../../domain/timer/commands.ts';
import { fieldTest } from './operators.ts';
import { showFound, showWanted, showWords } from './show.ts';

/** What conditions can ask for, by name. */
export type Facts = Readonly<Record<string, JsonValue>>;

interface Finding {
  met: boolean;
  /** What was found, in words. */
  told: string;
}

/** Findings that a reason names; the others are counted. */
const MAX_TOLD = 5;
const MAX_REASON_LENGTH = 500;

/**
 * Judges conditions that `checkConditions` has let through. The reason names what was not met and what was found there;
 * of values it shows no more than small ones. What cannot be judged is not met, so that it ends in a trace.
 */
export function judge(query: JsonObject, facts: Facts): ConditionVerdict {
  try {
    const { met, told } = judgeAll(query, facts);
    return { met, reason: showWords(told, MAX_REASON_LENGTH) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { met: false, reason: showWords(`they cannot be judged: ${reason}`, MAX_REASON_LENGTH) };
  }
}

function judgeAll(query: JsonObject, facts: Facts): Finding {
  return everyOf(Object.entries(query).map(([name, wanted]) => judgeOne(name, wanted, facts)));
}

function judgeOne(name: string, wanted: JsonValue, facts: Facts): Finding {
  switch (name) {
    case '$and':
      return everyOf(branches(wanted, facts));
    case '$or': {
      const findings = branches(wanted, facts);
      const met = findings.find((finding) => finding.met);
      return met ?? { met: false, told: `no alternative holds (${tell(findings)})` };
    }
    case '$nor': {
      const findings = branches(wanted, facts);
      const holding = findings.filter(({ met }) => met);
      return holding.length === 0
        ? { met: true, told: `nothing holds that must not (${tell(findings)})` }
        : { met: false, told: `what must not hold does (${tell(holding)})` };
    }
    default:
      if (name.startsWith('$')) throw new Error(`${name} is not an operator`);
      return judgeField(name, wanted, facts);
  }
}

function branches(queries: JsonValue, facts: Facts): Finding[] {
  if (!Array.isArray(queries)) throw new Error('a joining operator takes a list');
  return queries.map((query) => {
    if (typeof query !== 'object' || query === null || Array.isArray(query))
      throw new Error('a joining operator takes a list of objects');
    return judgeAll(query, facts);
  });
}

function everyOf(findings: readonly Finding[]): Finding {
  const unmet = findings.filter(({ met }) => !met);
  return unmet.length === 0 ? { met: true, told: tell(findings) } : { met: false, told: tell(unmet) };
}

function tell(findings: readonly Finding[]): string {
  const told = findings.slice(0, MAX_TOLD).map((finding) => finding.told);
  const more = findings.length - told.length;
  return [...told, ...(more === 0 ? [] : [`and ${more} more`])].join('; ');
}

function judgeField(field: string, wanted: JsonValue, facts: Facts): Finding {
  const { holder, path } = locate(field, facts);
  const met = fieldTest(path, wanted)(holder);
  const found = `${field} is ${showFound(holder, path)}`;
  return { met, told: met ? found : `${found}, wanted ${showWanted(wanted)}` };
}

/** A fact's name may hold dots itself, so the longest name that there is wins; the rest leads into its value. */
function locate(field: string, facts: Facts): { holder: JsonObject; path: string } {
  const parts = field.split('.');
  for (let taken = parts.length; taken > 0; taken--) {
    const value = ownFact(facts, parts.slice(0, taken).join('.'));
    if (value !== undefined)
      return { holder: { fact: value }, path: ['fact', ...parts.slice(taken)].join('.') };
  }
  return { holder: {}, path: 'fact' };
}

function ownFact(facts: Facts, name: string): JsonValue | undefined {
  return Object.hasOwn(facts, name) ? facts[name] : undefined;
}
