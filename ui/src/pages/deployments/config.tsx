/** The config tab: the form over the saved config, the review, and the offer to deploy. */
import { useMemo, useState } from 'react';
import type { Deployment, DeploymentConfig, DeploymentRow } from '../../api/types';
import { ConfigReview } from '../../editor/config-review';
import { holdsSecrets } from '../../editor/pairs';
import { m } from '../../i18n/deployments';
import { runAction } from '../../lib/action';
import { useDraft } from '../../lib/draft';
import { reaches, useLevel } from '../../lib/permission';
import { queries, readKey, useRead } from '../../lib/query';
import { useReadAgain } from '../../lib/read-again';
import { write } from '../../lib/run';
import { useRows } from '../../live/hooks';
import { Button } from '../../ui/button';
import { ConfigForm } from '../../ui/form';
import { ErrorState, Skeleton } from '../../ui/page';
import { SavedOffer, useSaveRunKey } from '../../ui/saved-offer';
import { deploymentActions, deploymentNouns, hasContainer, targetOf } from './actions';
import { configSections } from './sections';

export function ConfigTab({ row }: { row: DeploymentRow }) {
  const query = useRead('GetDeployment', { deployment: row.id });
  const target = useMemo(() => targetOf({ id: row.id }), [row.id]);
  useReadAgain('GetDeployment', target, CHANGES);
  if (query.error && !query.data) {
    return (
      <div className="card">
        <ErrorState error={query.error} what={m.loadConfig} onRetry={() => void query.refetch()} />
      </div>
    );
  }
  if (!query.data) return <Skeleton rows={12} className="card" />;
  return <Form key={row.id} row={row} deployment={query.data} />;
}

const CHANGES = ['UpdateDeployment'];

const ENVIRONMENT: ReadonlyArray<keyof DeploymentConfig> = ['environment'];
const SECRETS = { pairs: ENVIRONMENT };
const NONE: ReadonlyArray<keyof DeploymentConfig> = [];

/** Whether what is typed into the environment may be kept in this browser. */
function useSecretFields(saved: DeploymentConfig): {
  secrets: ReadonlyArray<keyof DeploymentConfig>;
  look: (draft: DeploymentConfig) => void;
} {
  const [secret, setSecret] = useState(() => holdsSecrets(saved.environment));
  return {
    secrets: secret ? ENVIRONMENT : NONE,
    look: (draft) => {
      if (!secret && holdsSecrets(draft.environment)) setSecret(true);
    },
  };
}

function Form({ row, deployment }: { row: DeploymentRow; deployment: Deployment }) {
  const saved = deployment.config;
  const { secrets, look } = useSecretFields(saved);
  const draft = useDraft<DeploymentConfig>(`deployment/${row.id}`, saved, { secrets });
  look(draft.value);
  const target = useMemo(() => targetOf({ id: row.id }), [row.id]);
  const level = useLevel(target);
  const [offer, setOffer] = useState(false);
  const { rows: servers } = useRows('servers');
  const serverId = draft.value.server_id;
  const sections = useMemo(() => {
    const known = servers.map(({ id, name }) => ({ value: id, label: name }));
    const missing = serverId && !known.some(({ value }) => value === serverId);
    return configSections([
      { value: '', label: m.noServerOption },
      ...known,
      ...(missing ? [{ value: serverId, label: m.unknownServer(serverId) }] : []),
    ]);
  }, [servers, serverId]);
  const save = async (partial: Partial<DeploymentConfig>) => {
    const updated = await write(
      'UpdateDeployment',
      { id: row.id, config: partial },
      `${m.saveDeploy} ${row.name}`,
    );
    if (!updated) return null;
    queries.setQueryData(readKey('GetDeployment', { deployment: row.id }), updated);
    setOffer(true);
    return updated;
  };
  const deploy = async (anchor: Element | null) => {
    const action = deploymentActions.find(
      ({ id, applies }) => (id === 'deploy' || id === 'redeploy') && applies(row) !== null,
    );
    if (!action) return;
    const done = await runAction(action, [row], deploymentNouns, anchor);
    if (done > 0) setOffer(false);
  };
  const saveAndDeploy = async (anchor: Element | null) => {
    if (draft.dirty && (await save(draft.partial)) === null) return;
    await deploy(anchor);
  };
  useSaveRunKey(() => void saveAndDeploy(document.querySelector('[data-save-deploy]')));
  return (
    <>
      <ConfigForm
        draft={draft}
        sections={sections}
        onSave={save}
        disabledReason={reaches(level, 'Write') ? null : m.readOnly}
        review={(current) => (
          <ConfigReview
            label={`${m.reviewLabel}: ${row.name}`}
            saved={current.saved}
            value={current.value}
            secrets={SECRETS}
          />
        )}
        extra={
          <Button
            data-save-deploy=""
            shortcut="Ctrl Shift Enter"
            onClick={(event) => void saveAndDeploy(event.currentTarget)}
          >
            {m.saveDeploy}
          </Button>
        }
      />
      {offer && !draft.dirty && (
        <SavedOffer
          text={hasContainer(row) ? m.savedOffer : m.savedOfferNew}
          now={m.deployNow}
          later={m.later}
          onNow={deploy}
          onLater={() => setOffer(false)}
        />
      )}
    </>
  );
}
