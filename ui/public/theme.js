// Sets theme and density before the first paint, so that nothing flashes.
(() => {
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
