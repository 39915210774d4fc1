import { act, renderHook } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { changedFields, equal, useDraft } from './draft';

interface Config {
  name: string;
  ports: string[];
  passkey: string;
}
const saved: Config = { name: 'a', ports: ['80'], passkey: '' };
const secrets = ['passkey'] as const;

beforeEach(() => localStorage.clear());

describe('drafts', () => {
  it('sends only what changed', () => {
    expect(changedFields(saved, { ...saved, ports: ['80'] })).toEqual({});
    expect(changedFields(saved, { ...saved, ports: ['81'] })).toEqual({ ports: ['81'] });
    expect(equal({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toBe(true);
    expect(equal({ a: 1 }, { a: 1, b: undefined })).toBe(false);
  });

  it('is no draft any more when the old value is typed back', () => {
    const { result } = renderHook(() => useDraft('x', saved));
    act(() => result.current.set({ name: 'b' }));
    expect(result.current.partial).toEqual({ name: 'b' });
    act(() => result.current.set({ name: 'a' }));
    expect(result.current.dirty).toBe(false);
  });

  it('survives a reload, without secrets', () => {
    const first = renderHook(() => useDraft('x', saved, { secrets }));
    act(() => first.result.current.set({ name: 'b', passkey: 'hush' }));
    expect(localStorage.getItem('monitor.draft.x')).not.toContain('hush');
    first.unmount();
    const second = renderHook(() => useDraft('x', saved, { secrets }));
    expect(second.result.current.value).toEqual({ ...saved, name: 'b' });
    expect(second.result.current.restoredAt).toBeGreaterThan(0);
  });

  it('tells when someone else changed the same field, and overwrites nothing', () => {
    const { result, rerender } = renderHook(({ config }) => useDraft('x', config), {
      initialProps: { config: saved },
    });
    act(() => result.current.set({ name: 'mine' }));
    rerender({ config: { ...saved, name: 'theirs', ports: ['443'] } });
    expect(result.current.conflicts).toEqual(['name']);
    expect(result.current.value).toEqual({ ...saved, name: 'mine', ports: ['443'] });
  });

  it('can take back a discard', () => {
    const { result } = renderHook(() => useDraft('x', saved));
    act(() => result.current.set({ name: 'b' }));
    act(() => result.current.discard());
    expect(result.current.dirty).toBe(false);
    act(() => result.current.undoDiscard?.());
    expect(result.current.value.name).toBe('b');
  });
});
