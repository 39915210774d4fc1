/** What every WebSocket of the page needs. */

/** The address of a socket of Core. */
export function socketUrl(path: string): string {
  const { protocol, host } = window.location;
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${path}`;
}

/** Closes a socket, one that is still connecting as soon as it has: browsers warn of those that never did. */
export function hangUp(socket: WebSocket | null): void {
  if (!socket) return;
  socket.onmessage = null;
  if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
  else socket.close();
}
