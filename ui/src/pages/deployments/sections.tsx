/** The config of a deployment as a form. */
import type { DeploymentConfig, RestartMode } from '../../api/types';
import { pairsField } from '../../editor/pairs-form';
import { m as page } from '../../i18n/deployments';
import type { Draft } from '../../lib/draft';
import type { FormField, FormSection } from '../../ui/form';
import { ImageField } from './image-field';

const m = page.config;
type Config = DeploymentConfig;
const image: FormField<Config> = {
  kind: 'custom',
  name: 'image',
  label: m.image,
  render: (draft) => {
    const own = draft as unknown as Draft<Config>;
    return (
      <ImageField
        key="image"
        value={own.value.image}
        saved={own.saved.image}
        changed={own.isChanged('image')}
        onChange={(next) => own.set({ image: next })}
      />
    );
  },
};

const fromBuild = (value: Config) => value.image.type === 'Build';

/** The sections of the form; `servers` are the choices of where it runs. */
export function configSections(
  servers: ReadonlyArray<{ value: string; label: string }>,
): ReadonlyArray<FormSection<Config>> {
  const restart: RestartMode[] = ['no', 'on-failure', 'always', 'unless-stopped'];
  return [
    {
      id: 'general',
      title: page.sections.general,
      fields: [
        {
          kind: 'select',
          name: 'server_id',
          label: m.server,
          help: m.serverHelp,
          options: servers,
        },
        {
          kind: 'text',
          name: 'custom_name',
          label: m.customName,
          help: m.customNameHelp,
          mono: true,
        },
      ],
    },
    {
      id: 'image',
      title: page.sections.image,
      fields: [
        image,
        {
          kind: 'text',
          name: 'image_registry_account',
          label: m.account,
          help: m.accountHelp,
        },
        { kind: 'switch', name: 'redeploy_on_build', label: m.redeployOnBuild, when: fromBuild },
      ],
    },
    {
      id: 'network',
      title: page.sections.network,
      fields: [
        {
          kind: 'text',
          name: 'network',
          label: m.network,
          help: m.networkHelp,
          placeholder: 'host',
          mono: true,
        },
        pairsField<Config>({
          name: 'ports',
          label: m.ports,
          help: m.portsHelp,
          kind: 'conversion',
          separator: ':',
          keyLabel: m.hostPort,
          valueLabel: m.containerPort,
          keyPlaceholder: '8080',
          valuePlaceholder: '80',
        }),
      ],
    },
    {
      id: 'volumes',
      title: page.sections.volumes,
      fields: [
        pairsField<Config>({
          name: 'volumes',
          label: m.volumes,
          labelHidden: true,
          help: m.volumesHelp,
          kind: 'conversion',
          separator: ':',
          keyLabel: m.hostPath,
          valueLabel: m.containerPath,
          keyPlaceholder: '/srv/data',
          valuePlaceholder: '/data',
        }),
      ],
    },
    {
      id: 'environment',
      title: page.sections.environment,
      fields: [
        pairsField<Config>({
          name: 'environment',
          label: m.environment,
          labelHidden: true,
          help: m.environmentHelp,
          kind: 'pair',
          separator: '=',
          keyPlaceholder: 'NAME',
          valuePlaceholder: 'value',
          secrets: true,
        }),
        { kind: 'switch', name: 'skip_secret_interp', label: m.skipInterp, help: m.skipInterpHelp },
      ],
    },
    {
      id: 'labels',
      title: page.sections.labels,
      fields: [
        pairsField<Config>({
          name: 'labels',
          label: m.labels,
          labelHidden: true,
          help: m.labelsHelp,
          kind: 'pair',
          separator: ':',
          keyPlaceholder: 'traefik.enable',
          valuePlaceholder: 'true',
        }),
      ],
    },
    {
      id: 'restart',
      title: page.sections.restart,
      fields: [
        {
          kind: 'select',
          name: 'restart',
          label: m.restart,
          help: m.restartHelp,
          options: restart.map((value) => ({ value, label: m.restartModes[value] })),
        },
        {
          kind: 'select',
          name: 'termination_signal',
          label: m.signal,
          help: m.signalHelp,
          options: ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'].map((value) => ({
            value,
            label: value,
          })),
        },
        {
          kind: 'number',
          name: 'termination_timeout',
          label: m.timeout,
          help: m.timeoutHelp,
          min: 0,
          step: 1,
          unit: m.seconds,
        },
      ],
    },
    {
      id: 'command',
      title: page.sections.command,
      fields: [
        {
          kind: 'text',
          name: 'command',
          label: m.command,
          help: m.commandHelp,
          mono: true,
        },
        {
          kind: 'lines',
          name: 'extra_args',
          label: m.extraArgs,
          help: m.extraArgsHelp,
          placeholder: '--memory=512m',
        },
      ],
    },
    {
      id: 'links',
      title: page.sections.links,
      fields: [
        {
          kind: 'lines',
          name: 'links',
          label: m.links,
          help: m.linksHelp,
          placeholder: 'https://',
        },
      ],
    },
  ];
}
