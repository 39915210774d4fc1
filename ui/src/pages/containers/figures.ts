/** Numbers out of what Docker prints, and what a container's ports lead to. Pure. */
import type { ContainerRow, ContainerStatsRow, Port, ServerRow } from '../../api/types';

/** A row as Core sends it: with the health, and the last state where the current one is not known. */
export type Container = ContainerRow & { health?: string | null; last_state?: string | null };

const UNITS: Record<string, number> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

/** "12.3MiB" -> bytes; null if it is no size. */
export function parseSize(text: string | null | undefined): number | null {
  const match = /^\s*([\d.]+)\s*([a-z]+)\s*$/i.exec(text ?? '');
  const unit = UNITS[match?.[2]?.toLowerCase() ?? ''];
  return match && unit ? Number(match[1]) * unit : null;
}

/** "1.25%" -> 1.25 */
export function parsePercent(text: string | null | undefined): number | null {
  const value = Number.parseFloat(text ?? '');
  return Number.isNaN(value) ? null : value;
}

type Stats = ContainerStatsRow | undefined;

export const cpuOf = (stats: Stats): number | null => parsePercent(stats?.cpu_perc);
/** Bytes used, of "88MiB / 2GiB". */
export const memoryOf = (stats: Stats): number | null => parseSize(stats?.mem_usage.split('/')[0]);

export interface PortLink {
  /** "8080 → 80", "53/udp". */
  text: string;
  href: string | null;
}

const LOCAL = /^(?:127\.|::1$|localhost$)/;
const ANY = new Set(['', '0.0.0.0', '::']);

/** Host name under which a server's published ports can be reached from here. */
export function hostOf(server: ServerRow | undefined): string | null {
  const { external_address, public_ip, address } = server?.info ?? {};
  if (external_address) return hostName(external_address);
  // An agent on Core's own host is where this page came from.
  const local = hostName(address ?? '');
  if (local && LOCAL.test(local)) return window.location.hostname;
  return local || public_ip || null;
}

function hostName(address: string): string {
  const bare = address.replace(/^[a-z]+:\/\//i, '').split('/')[0] ?? '';
  return bare.startsWith('[') ? bare.slice(0, bare.indexOf(']') + 1) : (bare.split(':')[0] ?? '');
}

/** Published ports, each once (Docker lists IPv4 and IPv6 apart), with a link for TCP. */
export function portLinks(ports: readonly Port[] | undefined, host: string | null): PortLink[] {
  const seen = new Set<string>();
  const links: PortLink[] = [];
  for (const port of ports ?? []) {
    if (port.PublicPort === null || port.PublicPort === undefined) continue;
    const ip = port.IP ?? '';
    const type = port.Type && port.Type !== 'tcp' ? `/${port.Type}` : '';
    const to = port.PrivatePort === port.PublicPort ? '' : ` → ${port.PrivatePort}`;
    const where = ANY.has(ip) ? '' : `${ip}:`;
    const text = `${where}${port.PublicPort}${to}${type}`;
    if (seen.has(text)) continue;
    seen.add(text);
    const bound = ANY.has(ip) ? host : LOCAL.test(ip) && !isLocal(host) ? null : ip;
    const linked = bound && type === '';
    const scheme = port.PrivatePort === 443 || port.PublicPort === 443 ? 'https' : 'http';
    links.push({ text, href: linked ? `${scheme}://${bound}:${port.PublicPort}` : null });
  }
  return links;
}

const isLocal = (host: string | null): boolean => LOCAL.test(host ?? '');
