// What the page's head does before the app is there: theme and density, so that nothing flashes, and asking
// early for what takes a while. Its attributes are written by the build, `data-session` of the page by Core.
(() => {
  const root = document.documentElement;
  const { app, topics, dashboard } = document.currentScript.dataset;
  const apart = ['/login', '/setup'].includes(location.pathname);
  if (app && !apart) {
    const link = document.createElement('link');
    Object.assign(link, { rel: 'modulepreload', href: app, crossOrigin: '' });
    document.head.append(link);
  }
  if (topics && !apart && root.dataset.session === 'in') {
    const wanted = location.pathname === '/' ? dashboard : topics;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const address = `${scheme}://${location.host}/ws/live?zip=1&topics=${wanted}`;
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    const frames = [];
    socket.onmessage = ({ data }) => frames.push(data);
    window.earlySocket = { socket, frames, topics: wanted.split(',') };
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
  root.dataset.theme = dark ? 'dark' : 'light';
  root.dataset.density = look.density === 'comfortable' ? 'comfortable' : 'compact';
})();
