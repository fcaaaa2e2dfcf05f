import { expect, it } from 'vitest';
import { bucketsOf, parseMetrics, quantileBetween, sumOf } from './metrics.ts';

const TEXT = `# HELP requests Requests
# TYPE requests counter
requests_total{status="200",route="/a \\"b\\" {c}"} 3
requests_total{status="500",route="/a"} 1
lag_seconds Nan
time_bucket{le="0.1",route="/a"} 2
time_bucket{le="1",route="/a"} 4
time_bucket{le="+Inf",route="/a"} 4
time_bucket{le="0.1",route="/b"} 0
time_bucket{le="1",route="/b"} 0
time_bucket{le="+Inf",route="/b"} 1
`;

it('reads what the server says of itself', () => {
  const samples = parseMetrics(TEXT);
  expect(samples[0]).toEqual({
    name: 'requests_total',
    labels: { status: '200', route: '/a "b" {c}' },
    value: 3,
  });
  expect(sumOf(samples, 'requests_total')).toBe(4);
  expect(sumOf(samples, 'requests_total', ({ status }) => status === '500')).toBe(1);
  expect(sumOf(samples, 'other_total')).toBeUndefined();
});

it('tells quantiles of what came between two looks', () => {
  const after = bucketsOf(parseMetrics(TEXT), 'time');
  const ofA = bucketsOf(parseMetrics(TEXT), 'time', ({ route }) => route === '/a');
  expect([...after]).toEqual([
    [0.1, 2],
    [1, 4],
    [Number.POSITIVE_INFINITY, 5],
  ]);
  expect(quantileBetween(0.5, new Map(), ofA)).toBeCloseTo(0.1);
  expect(quantileBetween(0.75, new Map(), ofA)).toBeCloseTo(0.55);
  // What is beyond all bounds is told by the last of them.
  expect(quantileBetween(0.99, new Map(), after)).toBe(1);
  expect(quantileBetween(0.5, after, after)).toBeUndefined();
});
