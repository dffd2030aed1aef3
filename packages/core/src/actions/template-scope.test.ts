import { describe, expect, it } from '@jest/globals';
import { render } from '../domain/template.ts';
import { templateScope } from './template-scope.ts';
import { attemptContext, FIRE_AT } from './test-context.ts';

const action = { type: 'message', text: 'x', toAgent: null } as const;

describe('templateScope', () => {
  it.each([
    ['${timestamp}', '2030-01-31T09:00:00.012Z'],
    ['${timer.id}', 'tmr_4fZk0Qw7cTn2Ry9LbXa1Ve'],
    ['${timer.name}', 'backup'],
    ['${timer.agent_id}', ''],
    ['${timer.team_id}', 'team_1'],
    ['${timer.status}', 'firing'],
    ['${timer.generation}', '1'],
    ['${timer.created_at}', '2030-01-31T08:59:00.000Z'],
    ['${timer.fire_at}', '2030-01-31T09:00:00.000Z'],
    ['${timer.fired_at}', '2030-01-31T09:00:00.007Z'],
    ['${timer.metadata.version}', '1.2.3'],
    ['${timer.metadata.build.number}', '7'],
    ['${timer.metadata.build}', '{"number":7}'],
    ['${timer.metadata.missing}', ''],
    ['${timer.labels.app.kubernetes.io/name}', 'api'],
    ['${delivery.attempt}', '1'],
    ['${delivery.scheduled_at}', '2030-01-31T09:00:00.000Z'],
    ['${delivery.drift_ms}', '12'],
  ])('fills %s with %j', (template, text) => {
    const context = attemptContext(action, {
      metadata: { version: '1.2.3', build: { number: 7 } },
      labels: { 'app.kubernetes.io/name': 'api' },
    });
    expect(render(template, templateScope(context, FIRE_AT + 12))).toBe(text);
  });

  it('names the delivery as the webhook-id header does', () => {
    const scope = templateScope(attemptContext(action), FIRE_AT);
    expect(render('${delivery.id}', scope)).toMatch(/^dlv_1_[0-9a-z]+_tmr_4fZk0Qw7cTn2Ry9LbXa1Ve$/);
  });
});
