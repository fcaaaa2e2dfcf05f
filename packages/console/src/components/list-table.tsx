import { Center, Loader, ScrollArea, Table, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Pages, Row } from '../api/pages.ts';
import { Fault } from './fault.tsx';

export interface Column {
  title: string;
  cell: (row: Row) => ReactNode;
  /** Such as `20%`. */
  width?: string;
}

export interface ListTableProps {
  /** For those who hear the page. */
  label: string;
  pages: Pages;
  columns: readonly Column[];
  rowKey: (row: Row) => string;
  /** Shown when there is nothing: what to do. */
  empty: ReactNode;
  height?: number | string;
}

const ROW_HEIGHT = 44;
const ROWS_AHEAD = 30;

/**
 * The one table of the console: a list of the REST API, of which only what is in sight is in the page, and which is read on while somebody
 * scrolls.
 */
export function ListTable({
  label,
  pages: { rows, query },
  columns,
  rowKey,
  empty,
  height = 'calc(100vh - 220px)',
}: ListTableProps) {
  const viewport = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (at) => rowKey(rows[at] ?? {}),
    overscan: 10,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (last >= rows.length - ROWS_AHEAD && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (query.isPending) {
    return (
      <Center h={160}>
        <Loader aria-label={`Loading ${label}`} />
      </Center>
    );
  }
  if (query.error !== null && rows.length === 0)
    return <Fault error={query.error} retry={() => void query.refetch()} />;
  if (rows.length === 0) return empty;
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <>
      <ScrollArea.Autosize
        mah={height}
        viewportRef={viewport}
        type="auto"
        viewportProps={{ tabIndex: 0, 'aria-label': label }}
      >
        <Table
          stickyHeader
          layout="fixed"
          miw={560}
          aria-rowcount={hasNextPage ? -1 : rows.length + 1}
          highlightOnHover
        >
          <Table.Caption>{hasNextPage ? `${rows.length} and more` : `${rows.length} in all`}</Table.Caption>
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ title, width }) => (
                <Table.Th key={title} scope="col" w={width}>
                  {title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {before > 0 && <Filler height={before} columns={columns.length} />}
            {items.map(({ index, key }) => {
              const row = rows[index] ?? {};
              return (
                <Table.Tr key={key} data-index={index} ref={virtual.measureElement} aria-rowindex={index + 2}>
                  {columns.map(({ title, cell }) => (
                    <Table.Td key={title}>{cell(row)}</Table.Td>
                  ))}
                </Table.Tr>
              );
            })}
            {after > 0 && <Filler height={after} columns={columns.length} />}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      {query.error !== null && <Fault error={query.error} retry={() => void fetchNextPage()} />}
      {isFetchingNextPage && (
        <Text size="sm" c="dimmed" role="status">
          Loading more…
        </Text>
      )}
    </>
  );
}

/** The room of the rows that are not in sight. */
function Filler({ height, columns }: { height: number; columns: number }) {
  return (
    <tr>
      <td colSpan={columns} style={{ height, padding: 0 }} />
    </tr>
  );
}
