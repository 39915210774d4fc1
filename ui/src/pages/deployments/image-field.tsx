/** Which image a deployment runs: by name, or a version of a build. */
import type { DeploymentImage, Version } from '../../api/types';
import { m as page } from '../../i18n/deployments';
import { isLatest, LATEST, parseVersion, versionText } from '../../lib/builds';
import { useRow, useRows } from '../../live/hooks';
import { Field, Input, Segmented, Select } from '../../ui/field';
import { useVersions } from '../builds/versions-list';

const m = page.config;
const NONE: DeploymentImage = { type: 'Image', params: { image: '' } };

/** The other kind of image; what was saved of it comes back. */
function withKind(kind: DeploymentImage['type'], saved: DeploymentImage): DeploymentImage {
  if (saved.type === kind) return saved;
  return kind === 'Image' ? NONE : { type: 'Build', params: { build_id: '', version: LATEST } };
}

export function ImageField({
  value,
  saved = NONE,
  changed = false,
  help = m.imageHelp,
  autoFocus = false,
  onChange,
}: {
  value: DeploymentImage;
  saved?: DeploymentImage;
  changed?: boolean;
  help?: string;
  autoFocus?: boolean;
  onChange: (value: DeploymentImage) => void;
}) {
  const { rows: builds } = useRows('builds');
  const choice = builds.length > 0 || value.type === 'Build';
  return (
    <>
      {choice && (
        <Segmented
          label={m.imageKind}
          options={[
            { value: 'Image', label: m.imageKinds.Image },
            { value: 'Build', label: m.imageKinds.Build },
          ]}
          value={value.type}
          onChange={(kind) => kind !== value.type && onChange(withKind(kind, saved))}
          className="self-start"
        />
      )}
      {value.type === 'Image' ? (
        <Field label={m.image} help={help} changed={changed}>
          {(props) => (
            <Input
              {...props}
              autoFocus={autoFocus}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              placeholder="nginx:1.27"
              className="mono max-w-lg"
              value={value.params.image}
              onChange={(event) =>
                onChange({ type: 'Image', params: { image: event.target.value } })
              }
            />
          )}
        </Field>
      ) : (
        <BuildFields value={value.params} changed={changed} onChange={onChange} />
      )}
    </>
  );
}

function BuildFields({
  value,
  changed,
  onChange,
}: {
  value: { build_id: string; version: Version };
  changed: boolean;
  onChange: (value: DeploymentImage) => void;
}) {
  const { rows: builds } = useRows('builds');
  const { build_id, version } = value;
  const row = useRow('builds', build_id);
  const { versions } = useVersions(row);
  const set = (change: Partial<typeof value>) =>
    onChange({ type: 'Build', params: { ...value, ...change } });
  const pinned = isLatest(version) ? '' : versionText(version);
  const known = versions.some(({ text }) => text === pinned);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label={m.build} changed={changed}>
        {(props) => (
          <Select
            {...props}
            options={[
              { value: '', label: m.chooseBuild },
              ...builds.map(({ id, name }) => ({ value: id, label: name })),
              ...(build_id && !row ? [{ value: build_id, label: m.unknownBuild(build_id) }] : []),
            ]}
            value={build_id}
            onChange={(id) => set({ build_id: id, version: LATEST })}
          />
        )}
      </Field>
      <Field label={m.version} help={m.versionHelp}>
        {(props) => (
          <Select
            {...props}
            disabled={!build_id}
            options={[
              { value: '', label: m.latestVersion },
              ...versions.map(({ text }) => ({ value: text, label: text })),
              ...(pinned && !known ? [{ value: pinned, label: pinned }] : []),
            ]}
            value={pinned}
            onChange={(text) => set({ version: parseVersion(text) ?? LATEST })}
          />
        )}
      </Field>
    </div>
  );
}
