import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Signals every process of the session that `leader` leads: its group, and the groups that its children made for
 * themselves, as `timeout` and shells with job control do. Only one that made a session of its own is not found. Where
 * the system has no /proc it is the group alone.
 * @returns whether there was any that is not dead yet
 */
export function signalSession(leader: number, signal: NodeJS.Signals | 0): boolean {
  if (process.platform === 'win32') return signal !== 0 && killTree(leader);
  const members = sessionMembers(leader);
  if (members === null) return send(-leader, signal);
  if (members.length === 0) return false;
  // The group at once, so that none of it sees another die first; then whoever is in another one.
  if (signal !== 0) send(-leader, signal);
  for (const { pid, group } of members) if (group !== leader) send(pid, signal);
  return true;
}

interface Member {
  readonly pid: number;
  readonly group: number;
}

/** Null where the system does not tell. Those that are dead and wait to be collected are none. */
function sessionMembers(leader: number): Member[] | null {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? memberOf(name, leader) : []));
  } catch {
    return null;
  }
}

function memberOf(pid: string, leader: number): Member[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before may hold blanks and brackets.
    const [state, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isMember = Number(session) === leader && state !== 'Z' && state !== 'X';
    return isMember ? [{ pid: Number(pid), group: Number(group) }] : [];
  } catch {
    return [];
  }
}

function send(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}

/** Windows has neither groups nor signals: the process and all that it started end at once. */
function killTree(pid: number): boolean {
  try {
    execFileSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    return true;
  } catch {
    return false;
  }
}
