/** Texts of lists. */
import { count, plural } from '../lib/format';

export const m = {
  filter: 'Filter',
  filterHint: (example: string) => `Filter  ${example}`,
  filterHelp: 'Words, key:value, key>number. Put - in front to exclude.',
  clear: 'Clear filter',
  clearSelection: 'Clear selection',
  selected: (n: number) => `${count(n)} selected`,
  selectAll: 'Select all shown',
  selectRow: (name: string) => `Select ${name}`,
  actions: 'Actions',
  rowActions: (name: string) => `Actions of ${name}`,
  orderChanged: 'Order changed',
  refreshOrder: 'Sort again',
  noMatch: (what: string, query: string) => `No ${what} matches ${query}`,
  excludesMost: (term: string, n: number) => `${term} alone leaves out ${count(n)}.`,
  only: (n: number, total: number) => (n === total ? count(n) : `${count(n)} of ${count(total)}`),
  sortBy: 'Sort by',
  groupBy: 'Group by',
  none: 'None',
  columns: 'Columns',
  view: 'View',
  actionOn: (label: string, able: number, all: number) =>
    able === all ? label : `${label} ${able} of ${all}`,
  rows: (n: number, one: string, many: string) => plural(n, one, many),
  loadList: (what: string) => `load the ${what}`,
  completions: 'Completions',
  opposite: (label: string) => `${label}, descending`,
} as const;
