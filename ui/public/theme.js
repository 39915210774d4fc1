// Sets theme and density before the first paint, so that nothing flashes, and fetches the app early.
(() => {
  const { app } = document.currentScript.dataset;
  if (app && !['/login', '/setup'].includes(location.pathname)) {
    const link = document.createElement('link');
    Object.assign(link, { rel: 'modulepreload', href: app, crossOrigin: '' });
    document.head.append(link);
  }
  let look = {};
  try {
    look = JSON.parse(localStorage.getItem('monitor.look') || '{}');
  } catch {
    // A broken preference is no preference.
  }
  const dark =
    look.theme === 'dark' ||
    (look.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.documentElement.dataset.density =
    look.density === 'comfortable' ? 'comfortable' : 'compact';
})();
