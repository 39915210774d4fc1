/** All routes. Pages are chunks of their own; what the URL says is checked here. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import * as v from 'valibot';
import { chunk } from './lib/lazy';
import { loadSession, userKnown } from './lib/session';
import { NotFound, PageError, RootNotFound } from './shell/fallbacks';
import { Shell } from './shell/shell';

const root = createRootRoute({ component: Outlet, notFoundComponent: RootNotFound });

/** Filter, sort and group of a list: the URL is the state. */
const ListSearch = v.object({
  q: v.optional(v.fallback(v.string(), '')),
  sort: v.optional(v.fallback(v.string(), '')),
  group: v.optional(v.fallback(v.string(), '')),
});
export type ListSearch = v.InferOutput<typeof ListSearch>;
const listSearch = (search: Record<string, unknown>): ListSearch => v.parse(ListSearch, search);

/** `new` opens the dialog of a new one; `server`, `build` or `builder` is chosen in it. */
const NewSearch = v.object({
  ...ListSearch.entries,
  new: v.optional(v.fallback(v.optional(v.boolean()), undefined)),
  server: v.optional(v.fallback(v.optional(v.string()), undefined)),
  build: v.optional(v.fallback(v.optional(v.string()), undefined)),
  builder: v.optional(v.fallback(v.optional(v.string()), undefined)),
});
const newSearch = (search: Record<string, unknown>) => v.parse(NewSearch, search);

const LogSearch = v.object({
  at: v.optional(v.fallback(v.optional(v.number()), undefined)),
  q: v.optional(v.fallback(v.string(), '')),
});
const logSearch = (search: Record<string, unknown>) => v.parse(LogSearch, search);

/** Everything behind the login. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  errorComponent: PageError,
  notFoundComponent: NotFound,
  beforeLoad: async ({ location }) => {
    const session = await loadSession();
    if (session === 'in') {
      // Nothing on the dashboard waits for who this is: it stands before that is asked.
      if (location.pathname !== '/') await userKnown();
      return;
    }
    // The log-in is a page of its own, without the app.
    const next = location.href === '/' ? '' : `?next=${encodeURIComponent(location.href)}`;
    window.location.replace(session === 'setup' ? '/setup' : `/login${next}`);
    await new Promise(() => {});
  },
});

const dashboard = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => chunk(() => import('./pages/dashboard/page'))),
});

const servers = createRoute({
  getParentRoute: () => shell,
  path: '/servers',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => chunk(() => import('./pages/servers/list'))),
});

const ServerSearch = v.object({
  ...ListSearch.entries,
  range: v.optional(v.fallback(v.optional(v.picklist(['live', '1h'])), undefined)),
});

const server = createRoute({
  getParentRoute: () => shell,
  path: '/servers/$server',
  beforeLoad: ({ params }) => {
    throw redirect({
      to: '/servers/$server/$tab',
      params: { ...params, tab: 'overview' },
      replace: true,
    });
  },
});

const serverTab = createRoute({
  getParentRoute: () => shell,
  path: '/servers/$server/$tab',
  validateSearch: (search: Record<string, unknown>) => v.parse(ServerSearch, search),
  component: lazyRouteComponent(() => chunk(() => import('./pages/servers/detail'))),
});

const containers = createRoute({
  getParentRoute: () => shell,
  path: '/containers',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => chunk(() => import('./pages/containers/list'))),
});

const container = createRoute({
  getParentRoute: () => shell,
  path: '/servers/$server/containers/$name',
  beforeLoad: ({ params }) => {
    throw redirect({
      to: '/servers/$server/containers/$name/$tab',
      params: { ...params, tab: 'logs' },
      replace: true,
    });
  },
});

const containerTab = createRoute({
  getParentRoute: () => shell,
  path: '/servers/$server/containers/$name/$tab',
  validateSearch: logSearch,
  component: lazyRouteComponent(() => chunk(() => import('./pages/containers/detail'))),
});

const deployments = createRoute({
  getParentRoute: () => shell,
  path: '/deployments',
  validateSearch: newSearch,
  component: lazyRouteComponent(() => chunk(() => import('./pages/deployments/list'))),
});

const deployment = createRoute({
  getParentRoute: () => shell,
  path: '/deployments/$deployment',
  beforeLoad: ({ params }) => {
    throw redirect({
      to: '/deployments/$deployment/$tab',
      params: { ...params, tab: 'logs' },
      replace: true,
    });
  },
});

const deploymentTab = createRoute({
  getParentRoute: () => shell,
  path: '/deployments/$deployment/$tab',
  validateSearch: logSearch,
  component: lazyRouteComponent(() => chunk(() => import('./pages/deployments/detail'))),
});

const builds = createRoute({
  getParentRoute: () => shell,
  path: '/builds',
  validateSearch: newSearch,
  component: lazyRouteComponent(() => chunk(() => import('./pages/builds/list'))),
});

const build = createRoute({
  getParentRoute: () => shell,
  path: '/builds/$build',
  beforeLoad: ({ params }) => {
    throw redirect({
      to: '/builds/$build/$tab',
      params: { ...params, tab: 'overview' },
      replace: true,
    });
  },
});

const buildTab = createRoute({
  getParentRoute: () => shell,
  path: '/builds/$build/$tab',
  component: lazyRouteComponent(() => chunk(() => import('./pages/builds/detail'))),
});

const repos = createRoute({
  getParentRoute: () => shell,
  path: '/repos',
  validateSearch: newSearch,
  component: lazyRouteComponent(() => chunk(() => import('./pages/repos/list'))),
});

const repo = createRoute({
  getParentRoute: () => shell,
  path: '/repos/$repo',
  beforeLoad: ({ params }) => {
    throw redirect({
      to: '/repos/$repo/$tab',
      params: { ...params, tab: 'overview' },
      replace: true,
    });
  },
});

const repoTab = createRoute({
  getParentRoute: () => shell,
  path: '/repos/$repo/$tab',
  component: lazyRouteComponent(() => chunk(() => import('./pages/repos/detail'))),
});

const builders = createRoute({
  getParentRoute: () => shell,
  path: '/builders',
  validateSearch: newSearch,
  component: lazyRouteComponent(() => chunk(() => import('./pages/builders/list'))),
});

const builder = createRoute({
  getParentRoute: () => shell,
  path: '/builders/$builder',
  beforeLoad: ({ params }) => {
    throw redirect({
      to: '/builders/$builder/$tab',
      params: { ...params, tab: 'config' },
      replace: true,
    });
  },
});

const builderTab = createRoute({
  getParentRoute: () => shell,
  path: '/builders/$builder/$tab',
  component: lazyRouteComponent(() => chunk(() => import('./pages/builders/detail'))),
});

const activity = createRoute({
  getParentRoute: () => shell,
  path: '/activity',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => chunk(() => import('./pages/activity/list'))),
});

const activityDetail = createRoute({
  getParentRoute: () => shell,
  path: '/activity/$update',
  component: lazyRouteComponent(() => chunk(() => import('./pages/activity/detail'))),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/$tab', params: { tab: 'profile' }, replace: true });
  },
});

const settingsTab = createRoute({
  getParentRoute: () => shell,
  path: '/settings/$tab',
  component: lazyRouteComponent(() => chunk(() => import('./pages/settings/page'))),
});

const routeTree = root.addChildren([
  shell.addChildren([
    dashboard,
    servers,
    server,
    serverTab,
    containers,
    container,
    containerTab,
    deployments,
    deployment,
    deploymentTab,
    builds,
    build,
    buildTab,
    repos,
    repo,
    repoTab,
    builders,
    builder,
    builderTab,
    activity,
    activityDetail,
    settings,
    settingsTab,
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPreloadDelay: 50,
  defaultPendingMs: 150,
  scrollRestoration: true,
  defaultErrorComponent: PageError,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
