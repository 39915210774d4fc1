/** Deploying one version of a build: set, then deployed, after one question. */
import type { DeploymentConfig, DeploymentRow, Version } from '../../api/types';
import { m as all } from '../../i18n/deployments';
import { compareVersions, isLatest, LATEST, versionOfImage, versionText } from '../../lib/builds';
import { queries, readKey } from '../../lib/query';
import { write } from '../../lib/run';
import { confirm } from '../../ui/confirm';
import { run } from './actions';

const m = all.versions;

type Image = DeploymentConfig['image'];

const imageOf = (build: string, version: Version): Image => ({
  type: 'Build',
  params: { build_id: build, version },
});

/** Saves a partial config of the deployment. Answers false where that failed. */
export async function saveConfig(
  row: DeploymentRow,
  config: Partial<DeploymentConfig>,
  title: string,
): Promise<boolean> {
  const updated = await write('UpdateDeployment', { id: row.id, config }, title);
  if (updated) queries.setQueryData(readKey('GetDeployment', { deployment: row.id }), updated);
  return updated !== null;
}

/** Below zero where `version` is older than what runs, zero where it runs; null where that is unknown. */
export function againstRunning(row: DeploymentRow, version: Version): number | null {
  const { state, image } = row.info;
  if (state === 'not_deployed' || state === 'unknown') return null;
  const now = versionOfImage(image);
  return now && compareVersions(version, now);
}

/** "Roll back to 0.0.3", "Deploy 0.0.5". */
export function verbFor(row: DeploymentRow, version: Version): string {
  const order = againstRunning(row, version);
  const text = versionText(version);
  if (order === 0) return m.again(text);
  return order !== null && order < 0 ? m.rollBackTo(text) : m.deployThis(text);
}

/** Asks once, pins the deployment to the version and deploys it. */
export async function deployVersion(
  row: DeploymentRow,
  build: string,
  version: Version,
  anchor: Element | null,
): Promise<void> {
  const verb = verbFor(row, version);
  const back = (againstRunning(row, version) ?? 0) < 0;
  const yes = await confirm({
    level: 1,
    title: m.title(verb, row.name),
    impact: m.impact(versionText(version), row.name),
    confirm: back ? m.rollBack : m.deploy,
    anchor,
  });
  if (!yes || !(await saveConfig(row, { image: imageOf(build, version) }, verb))) return;
  await run('Deploy', all.actions.deploy, row);
}

/** Asks once, lets the deployment follow the newest version, and deploys that if another runs. */
export async function followLatest(
  row: DeploymentRow,
  build: string,
  newest: Version,
  anchor: Element | null,
): Promise<void> {
  const runs = againstRunning(row, newest) === 0 || isLatest(newest);
  const yes = await confirm({
    level: 1,
    title: m.followTitle(row.name),
    impact: runs ? m.followOnly : m.followImpact(versionText(newest)),
    confirm: m.follow,
    anchor,
  });
  if (!yes || !(await saveConfig(row, { image: imageOf(build, LATEST) }, m.follow))) return;
  if (!runs) await run('Deploy', all.actions.deploy, row);
}
