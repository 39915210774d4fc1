import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  imageNames,
  imageTags,
  parseVersion,
  repoUrl,
  sourceKind,
  versionOfImage,
  webhookUrl,
} from './builds';

const tagging = {
  image_tag: '',
  include_latest_tag: true,
  include_version_tags: true,
  include_commit_tag: true,
};
const version = { major: 0, minor: 1, patch: 12 };

describe('versions', () => {
  it('are read from text, and nothing else is', () => {
    expect(parseVersion('0.1.12')).toEqual(version);
    expect(parseVersion('v1.2.3')).toEqual({ major: 1, minor: 2, patch: 3 });
    for (const text of ['', '1.2', 'latest', '1.2.3.4', '-1.0.0']) {
      expect(parseVersion(text)).toBeNull();
    }
  });
  it('are ordered by number, not by letter', () => {
    expect(compareVersions(version, { major: 0, minor: 1, patch: 9 })).toBeGreaterThan(0);
    expect(compareVersions(version, version)).toBe(0);
  });
  it('are found in the tag of an image', () => {
    expect(versionOfImage('registry.lan:5000/acme/api:0.1.12')).toEqual(version);
    expect(versionOfImage('acme/api:0.1.12-slim@sha256:ab')).toEqual(version);
    for (const image of ['api', 'registry.lan:5000/api', 'api:0.1', 'api:latest', '', null]) {
      expect(versionOfImage(image)).toBeNull();
    }
  });
});

describe('images', () => {
  it('have a name in each registry, or a bare one', () => {
    const registry = (domain: string, account = '', organization = '') => ({
      domain,
      account,
      organization,
    });
    const names = (image_registry: ReturnType<typeof registry>[], image_name = '') =>
      imageNames('My API', { image_registry, image_name });
    expect(names([])).toEqual(['my-api']);
    expect(names([registry('')], 'web')).toEqual(['web']);
    expect(names([registry('ghcr.io', 'ann'), registry('r.lan:5000', 'ann', 'acme')])).toEqual([
      'ghcr.io/ann/my-api',
      'r.lan:5000/acme/my-api',
    ]);
  });
  it('have the tags that were asked for', () => {
    expect(imageTags(tagging, version, '0123456789')).toEqual([
      '0.1.12',
      '0.1',
      '0',
      'latest',
      '0123456',
    ]);
    expect(
      imageTags({ ...tagging, image_tag: 'slim', include_latest_tag: false }, version),
    ).toEqual(['0.1.12-slim', '0.1-slim', '0-slim', 'slim']);
  });
});

describe('sources', () => {
  it('are told from the config', () => {
    const config = { files_on_host: false, dockerfile: '', repo: '', linked_repo: '' };
    expect(sourceKind(config)).toBe('git');
    expect(sourceKind({ ...config, dockerfile: 'FROM scratch' })).toBe('ui');
    expect(sourceKind({ ...config, dockerfile: 'FROM scratch', repo: 'a/b' })).toBe('git');
    expect(sourceKind({ ...config, files_on_host: true, repo: 'a/b' })).toBe('files');
  });
  it('have a page only where there can be one', () => {
    expect(repoUrl(true, 'github.com', 'acme/api')).toBe('https://github.com/acme/api');
    expect(repoUrl(false, 'git.lan', 'acme/api')).toBe('http://git.lan/acme/api');
    expect(repoUrl(true, 'deploy@git.lan:22', 'acme/api')).toBe('');
    expect(repoUrl(true, 'github.com', '')).toBe('');
  });
  it('tell their pushes to an address of Core', () => {
    expect(webhookUrl('https://m.lan/', 'github', 'build', 'ab12')).toBe(
      'https://m.lan/listener/github/build/ab12',
    );
    expect(webhookUrl('https://m.lan', 'gitlab', 'repo', 'ab12', 'pull')).toBe(
      'https://m.lan/listener/gitlab/repo/ab12/pull',
    );
  });
});
