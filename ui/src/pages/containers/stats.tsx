export function StatsTab(_: { server: string; container: string; running: boolean }) {
  return null;
}
