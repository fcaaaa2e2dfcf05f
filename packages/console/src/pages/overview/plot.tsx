import 'uplot/dist/uPlot.min.css';
import { Card, Text, useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import type { Series } from './series.ts';

export interface PlotProps {
  title: string;
  /** In seconds since the epoch. */
  times: readonly number[];
  lines: readonly { label: string; values: Series }[];
  /** What it says at last, for those who do not see it. */
  summary: string;
}

const HEIGHT = 180;
const COLORS = { light: ['#1864ab', '#c2255c'], dark: ['#74c0fc', '#faa2c1'] };
const INK = { light: '#495057', dark: '#c1c2c5' };
const GRID = { light: '#e9ecef', dark: '#373a40' };

/** Lines over time. */
export function Plot({ title, times, lines, summary }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(undefined);
  const scheme = useComputedColorScheme('light');
  const labels = lines.map(({ label }) => label).join('\n');
  const data = [times, ...lines.map((line) => line.values)] as UPlot.AlignedData;
  const newest = useRef(data);
  newest.current = data;

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const axis = { stroke: INK[scheme], grid: { stroke: GRID[scheme] }, ticks: { stroke: GRID[scheme] } };
    const drawn = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.1)] } },
        axes: [axis, { ...axis, size: 60 }],
        series: [
          {},
          ...labels.split('\n').map((label, at) => ({ label, stroke: COLORS[scheme][at] ?? INK[scheme], width: 2 })),
        ],
        cursor: { drag: { x: false, y: false } },
      },
      newest.current,
      element,
    );
    plot.current = drawn;
    const resized = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      drawn.destroy();
      plot.current = undefined;
    };
  }, [labels, scheme]);

  useEffect(() => plot.current?.setData(newest.current));

  return (
    <Card withBorder padding="sm">
      <Text component="h2" fw={600}>
        {title}
      </Text>
      <Text size="sm">{summary}</Text>
      <div ref={place} aria-hidden />
    </Card>
  );
}
