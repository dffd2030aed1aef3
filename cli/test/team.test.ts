import { describe, expect, it } from '@jest/globals';
import { type CommandOptions, commandsOnServer } from './support/commands-on-server.ts';

const { minoots: command } = commandsOnServer();
const minoots = (argv: string[], options: CommandOptions = {}) => command(argv, { isTTY: true, ...options });

describe('minoots whoami', () => {
  it('is the owner of this machine’s server, in the local team', async () => {
    const { stdout } = await minoots(['whoami']);
    expect(stdout).toMatch(/^user +usr_owner\n/);
    expect(stdout).toMatch(/\nteam +local \(Local\)\nrole +owner\n/);
    const { stdout: json } = await minoots(['whoami'], { isTTY: false });
    expect(JSON.parse(json)).toMatchObject({ type: 'user', team: { slug: 'local', role: 'owner' } });
  });
});

describe('minoots team', () => {
  it('founds a team, works in it where that is asked for, and gives it another name', async () => {
    const founded = await minoots(['team', 'create', 'Night shift', '--slug', 'nights']);
    expect(founded.stdout).toBe('✓ Night shift: work in it with MINOOTS_TEAM=nights\n');
    expect((await minoots(['team', 'show'], { team: 'nights' })).stdout).toMatch(/^slug +nights\n/);
    expect((await minoots(['team', 'list'], { team: 'nights' })).stdout).toMatch(
      /\n\* +nights +Night shift /,
    );
    const created = await minoots(['create', '1h', 'watch'], { team: 'nights', isTTY: false });
    expect(JSON.parse(created.stdout).team_id).toMatch(/^team_/);
    expect((await minoots(['list'])).stdout).not.toContain('watch');
    const renamed = await minoots(['team', 'rename', '--name', 'Nights'], { team: 'nights' });
    expect(renamed.stdout).toBe('✓ Nights (nights)\n');
    const taken = await minoots(['team', 'create', 'Other', '--slug', 'nights'], { isTTY: false });
    expect([taken.code, JSON.parse(taken.stderr).error.code]).toEqual([1, 'slug_taken']);
    expect((await minoots(['team', 'rename'])).code).toBe(2);
  });

  it('invites, lists whom, and takes it back; the token is shown once', async () => {
    const invited = await minoots(['team', 'invite', 'Bob@example.com', '--role', 'viewer']);
    const [token = ''] = /mnt_invite_\w+/.exec(invited.stdout) ?? [];
    expect(token.length).toBeGreaterThan(40);
    expect(invited.stdout).toMatch(/^✓ bob@example.com may join as viewer until /);
    const listed = await minoots(['team', 'invitations'], { isTTY: false });
    expect(listed.stdout).not.toContain(token);
    const [{ id }] = JSON.parse(listed.stdout).data;
    const withdrawn = await minoots(['team', 'withdraw', id]);
    expect(withdrawn.stdout).toBe('✓ the invitation of bob@example.com is withdrawn\n');
    expect((await minoots(['team', 'invitations'])).stdout).toBe('No invitations.\n');
    const joined = await minoots(['team', 'join', token], { isTTY: false });
    expect(JSON.parse(joined.stderr).error.code).toBe('invitation_invalid');
    expect((await minoots(['team', 'invite', 'bob@example.com', '--role', 'owner'])).code).toBe(2);
  });

  it('knows members by their address, and keeps the last owner', async () => {
    const members = await minoots(['team', 'members'], { isTTY: false });
    expect(JSON.parse(members.stdout).data).toMatchObject([{ user_id: 'usr_owner', role: 'owner' }]);
    const changed = await minoots(['team', 'role', 'Owner@localhost', 'viewer'], { isTTY: false });
    expect(JSON.parse(changed.stderr).error.code).toBe('last_owner');
    const nobody = await minoots(['team', 'remove', 'nobody@example.com'], { isTTY: false });
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('nobody@example.com')]);
    expect((await minoots(['team', 'role', 'usr_owner', 'king'])).code).toBe(2);
  });

  it('asks before somebody leaves', async () => {
    expect((await minoots(['team', 'leave'])).code).toBe(2);
    const left = await minoots(['team', 'leave', '--yes'], { isTTY: false });
    expect(JSON.parse(left.stderr).error.code).toBe('last_owner');
  });

  it('shows who changed what, and writes all of it down', async () => {
    const { stdout } = await minoots(['team', 'audit', '--limit', '1'], { isTTY: false });
    expect(JSON.parse(stdout)).toMatchObject({ data: [{ action: 'invitation.withdrawn' }], more: true });
    const lines = (await minoots(['team', 'audit', '--all'])).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).action)).toEqual([
      'invitation.withdrawn',
      'invitation.created',
      'team.created',
    ]);
    expect((await minoots(['team', 'audit'])).stdout).toMatch(/^AT +WHO +WHAT +DETAIL\n/);
  });
});
