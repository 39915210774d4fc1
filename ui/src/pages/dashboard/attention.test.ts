import { renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { ContainerRow, DeploymentRow, ServerRow, UpdateRow } from '../../api/types';
import { type Fleet, useAttention } from './attention';

const attention = (fleet: Fleet) =>
  renderHook(() => useAttention(fleet, ({ id }) => id)).result.current;

const limits = {
  cpu_warning: 90,
  cpu_critical: 99,
  mem_warning: 75,
  mem_critical: 95,
  disk_warning: 75,
  disk_critical: 95,
};
const server = (id: string, info: object): ServerRow =>
  ({
    id,
    name: id,
    type: 'Server',
    template: false,
    tags: [],
    info: {
      state: 'Ok',
      err: null,
      stats: null,
      alerting_thresholds: limits,
      docker: '28',
      ...info,
    },
  }) as unknown as ServerRow;
const update = (id: string, target: string, fields: object): UpdateRow =>
  ({
    id,
    operation: 'Deploy',
    start_ts: 1,
    success: true,
    status: 'Complete',
    username: 'ops',
    target: { type: 'Deployment', id: target },
    ...fields,
  }) as unknown as UpdateRow;
const deployment = (id: string, info: object = {}): DeploymentRow =>
  ({
    id,
    name: id,
    type: 'Deployment',
    template: false,
    tags: [],
    info: {
      state: 'running',
      status: '',
      image: 'x',
      update_available: false,
      health: null,
      ...info,
    },
  }) as unknown as DeploymentRow;
const none = { servers: [], containers: [], builds: [], repos: [], deployments: [], updates: [] };

it('puts the worst first, each thing once', () => {
  const found = attention({
    ...none,
    servers: [
      server('fine', {}),
      server('full', { disk_worst: { mount: '/data', perc: 80 } }),
      server('gone', { state: 'NotOk', seen_ms: 5 }),
    ],
    deployments: [deployment('web', { state: 'unhealthy', update_available: true })],
  });
  expect(found.map(({ name, tone }) => [name, tone])).toEqual([
    ['gone', 'crit'],
    ['web', 'crit'],
    ['full', 'warn'],
  ]);
});

it('tells of a failed run until the next one succeeds', () => {
  const deployments = [deployment('web')];
  const failed = update('1', 'web', { success: false });
  expect(attention({ ...none, deployments, updates: [failed] })).toHaveLength(1);
  expect(
    attention({ ...none, deployments, updates: [update('2', 'web', {}), failed] }),
  ).toHaveLength(0);
  const cancelled = update('3', 'web', { success: false, outcome: 'Cancelled' });
  expect(attention({ ...none, deployments, updates: [cancelled] })).toHaveLength(0);
});

it('does not tell of a container twice when its deployment does', () => {
  const container = {
    id: 's/web',
    name: 'web',
    state: 'running',
    status: 'Up 2 days (unhealthy)',
    resource: { type: 'Deployment', id: 'web' },
  } as unknown as ContainerRow;
  expect(attention({ ...none, containers: [container] })).toHaveLength(0);
  expect(attention({ ...none, containers: [{ ...container, resource: null }] })).toHaveLength(1);
});
