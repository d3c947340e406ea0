import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/client';
import * as flows from '$lib/api/flows';
import * as api from '$lib/api/schedules';
import type { CronPreview, Flow, Occurrence, Schedule } from '$lib/api/types';
import { ScheduleForm } from './schedule-form.svelte';
import ScheduleBadge from './ScheduleBadge.svelte';
import ScheduleSheet from './ScheduleSheet.svelte';
import { ScheduleList } from './schedule-list.svelte';
import { outcomeText, timezones, untilStart, zonedTime } from './times';

const none: Schedule = {
  flowId: 'flow-1',
  enabled: false,
  cron: null,
  timezone: 'UTC',
  inputData: null,
  overlapMode: 'skip',
  missed: 'run_once',
  nextRun: null,
  description: null,
  lastRun: null,
  history: [],
};
const daily: Schedule = {
  ...none,
  enabled: true,
  cron: '0 9 * * *',
  timezone: 'Europe/Berlin',
  inputData: { n: 1 },
  nextRun: '2026-12-01T08:00:00.000Z',
  description: 'At 09:00 every day, Europe/Berlin',
};
const valid: CronPreview = {
  valid: true,
  error: null,
  description: 'At 09:00 every day, Europe/Berlin',
  next: ['2026-12-01T08:00:00.000Z'],
  reason: null,
};
const wrong: CronPreview = {
  valid: false,
  error: { code: 'invalid_cron', message: "hour: '25' is none; write a number", pointer: '/cron' },
  description: null,
  next: [],
  reason: null,
};
const occurrence = (changes: Partial<Occurrence>): Occurrence => ({
  plannedAt: '2026-11-30T08:00:00.000Z',
  outcome: 'started',
  count: 1,
  runId: null,
  runStatus: null,
  detail: null,
  decidedAt: '2026-11-30T08:00:00.002Z',
  ...changes,
});

beforeEach(() => {
  vi.spyOn(flows, 'getFlow').mockResolvedValue({ activeVersion: 1 } as Flow);
  vi.spyOn(Intl, 'supportedValuesOf').mockReturnValue(['Asia/Tokyo', 'Europe/Berlin']);
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  HTMLDialogElement.prototype.close ??= () => undefined;
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe('times', () => {
  it('shows a start as the clocks of its zone do', () => {
    expect(zonedTime('2026-11-30T08:00:00.000Z', 'Europe/Berlin')).toMatch(/^Mon 30 Nov 09:00/);
    expect(zonedTime('2026-11-30T08:00:00.000Z', 'Asia/Tokyo')).toMatch(/^Mon 30 Nov 17:00/);
  });

  it('says how long it is until then', () => {
    const now = Date.parse('2026-11-30T08:00:00.000Z');
    expect(untilStart('2026-11-30T11:20:00.000Z', now)).toBe('in 3 h 20 m');
    expect(untilStart('2026-11-30T08:00:00.000Z', now)).toBe('due');
  });

  it('names what became of an occurrence', () => {
    expect(outcomeText(occurrence({ outcome: 'missed', count: 12 }))).toBe('Missed 12');
    expect(outcomeText(occurrence({ outcome: 'failed' }))).toBe('Not started');
  });

  it('offers the chosen zone even when the browser does not know it', () => {
    expect(timezones('Mars/Olympus')[0]).toBe('Mars/Olympus');
    expect(timezones('UTC')).toContain('Europe/Berlin');
  });
});

describe('the form', () => {
  it('takes what is stored and sends it back', async () => {
    vi.spyOn(api, 'getSchedule').mockResolvedValue(daily);
    vi.spyOn(api, 'previewCron').mockResolvedValue(valid);
    const put = vi.spyOn(api, 'putSchedule').mockResolvedValue(daily);
    const form = new ScheduleForm('flow-1');
    await form.load();
    form.missed = 'skip';
    expect(await form.save()).toBe(true);
    expect(put).toHaveBeenCalledWith('flow-1', {
      enabled: true,
      cron: '0 9 * * *',
      timezone: 'Europe/Berlin',
      overlapMode: 'skip',
      missed: 'skip',
      inputData: { n: 1 },
    });
    form.stop();
  });

  it('sends no input that is not JSON', async () => {
    const put = vi.spyOn(api, 'putSchedule');
    vi.spyOn(api, 'getSchedule').mockResolvedValue(daily);
    const form = new ScheduleForm('flow-1');
    await form.load();
    form.stop();
    form.input = '{"n":';
    expect(await form.save()).toBe(false);
    expect(put).not.toHaveBeenCalled();
  });

  it('keeps what the server refused', async () => {
    const refused = new ApiError(422, { detail: 'no occurrence' });
    vi.spyOn(api, 'getSchedule').mockResolvedValue(daily);
    vi.spyOn(api, 'putSchedule').mockRejectedValue(refused);
    const form = new ScheduleForm('flow-1');
    await form.load();
    form.stop();
    expect(await form.save()).toBe(false);
    expect(form.error?.message).toBe('no occurrence');
    expect(form.busy).toBe(false);
  });
});

describe('the drawer', () => {
  const saveButton = () => screen.getByRole('button', { name: 'Save schedule', hidden: true });

  it('saves nothing before the schedule is read', async () => {
    let answer: (schedule: Schedule) => void = () => undefined;
    vi.spyOn(api, 'getSchedule').mockReturnValue(new Promise((resolve) => (answer = resolve)));
    vi.spyOn(api, 'previewCron').mockResolvedValue(valid);
    render(ScheduleSheet, { flowId: 'flow-1', onclose: vi.fn() });
    expect(saveButton()).toBeDisabled();
    answer(daily);
    await waitFor(() => expect(saveButton()).toBeEnabled());
  });

  it('shows only what went wrong when it could not be read, and tries again', async () => {
    vi.spyOn(api, 'getSchedule')
      .mockRejectedValueOnce(new ApiError(503, { detail: 'starting' }))
      .mockResolvedValueOnce(daily);
    vi.spyOn(api, 'previewCron').mockResolvedValue(valid);
    const put = vi.spyOn(api, 'putSchedule');
    render(ScheduleSheet, { flowId: 'flow-1', onclose: vi.fn() });
    expect(await screen.findByText('starting')).toBeInTheDocument();
    expect(screen.queryByLabelText('When (cron expression)')).toBeNull();
    expect(saveButton()).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: 'Try again', hidden: true }));
    expect(await screen.findByLabelText('When (cron expression)')).toHaveValue('0 9 * * *');
    expect(saveButton()).toBeEnabled();
    expect(put).not.toHaveBeenCalled();
  });

  it('says what an expression means, and does not save a wrong one', async () => {
    vi.spyOn(api, 'getSchedule').mockResolvedValue(none);
    const preview = vi.spyOn(api, 'previewCron').mockResolvedValue(valid);
    vi.mocked(flows.getFlow).mockResolvedValue({ activeVersion: null } as Flow);
    render(ScheduleSheet, { flowId: 'flow-1', onclose: vi.fn() });
    await screen.findByText('At 09:00 every day, Europe/Berlin');
    expect(screen.getByText(/no published version yet/)).toBeInTheDocument();

    preview.mockResolvedValue(wrong);
    const field = screen.getByLabelText('When (cron expression)');
    await userEvent.clear(field);
    await userEvent.type(field, '0 25 * * *');
    expect((await screen.findAllByText(/hour: '25'/)).length).toBeGreaterThan(0);
    expect(screen.getByRole('button', { name: 'Save schedule', hidden: true })).toBeDisabled();
  });

  it('says why there are no further starts', async () => {
    vi.spyOn(api, 'getSchedule').mockResolvedValue(none);
    const reason = 'there is no further occurrence until the end of 2037';
    vi.spyOn(api, 'previewCron').mockResolvedValue({ ...valid, next: [], reason });
    render(ScheduleSheet, { flowId: 'flow-1', onclose: vi.fn() });
    expect(await screen.findByText(reason)).toBeInTheDocument();
  });

  it('saves, tells and closes', async () => {
    vi.spyOn(api, 'getSchedule').mockResolvedValue(daily);
    vi.spyOn(api, 'previewCron').mockResolvedValue(valid);
    const put = vi.spyOn(api, 'putSchedule').mockResolvedValue(daily);
    const onclose = vi.fn();
    const onchange = vi.fn();
    render(ScheduleSheet, { flowId: 'flow-1', onclose, onchange });
    await screen.findByText('At 09:00 every day, Europe/Berlin');
    await userEvent.click(screen.getByRole('button', { name: 'Save schedule', hidden: true }));
    await waitFor(() => expect(onclose).toHaveBeenCalled());
    expect(put).toHaveBeenCalledOnce();
    expect(onchange).toHaveBeenCalled();
  });

  it('names the box of the input where people see it', async () => {
    vi.spyOn(api, 'getSchedule').mockResolvedValue({ ...daily, inputData: null });
    vi.spyOn(api, 'previewCron').mockResolvedValue(valid);
    render(ScheduleSheet, { flowId: 'flow-1', onclose: vi.fn() });
    expect(await screen.findByText('Input of every run (JSON)')).toBeInTheDocument();
  });

  it('shows the last starts with the reason', async () => {
    const history = [
      occurrence({ outcome: 'skipped', detail: 'a run of the workflow was still open' }),
    ];
    vi.spyOn(api, 'getSchedule').mockResolvedValue({ ...daily, history });
    vi.spyOn(api, 'previewCron').mockResolvedValue(valid);
    render(ScheduleSheet, { flowId: 'flow-1', onclose: vi.fn() });
    expect(await screen.findByText(/Skipped: a run of the workflow/)).toBeInTheDocument();
  });
});

describe('the list', () => {
  it('switches a schedule with all its settings', async () => {
    vi.spyOn(api, 'listSchedules').mockResolvedValue({
      items: [{ ...daily, flowName: 'Report' }],
      nextCursor: null,
    });
    const put = vi
      .spyOn(api, 'putSchedule')
      .mockResolvedValue({ ...daily, enabled: false, nextRun: null });
    const list = new ScheduleList();
    await list.load();
    const [first] = list.items;
    if (first) await list.setEnabled(first, false);
    expect(put.mock.calls[0]?.[1]).toMatchObject({ enabled: false, cron: '0 9 * * *' });
    expect(list.items[0]).toMatchObject({ enabled: false, flowName: 'Report' });
  });

  it('shows every schedule once, however often the next page is asked for', async () => {
    const page = (flowId: string, nextCursor: string | null) => ({
      items: [{ ...daily, flowId, flowName: flowId }],
      nextCursor,
    });
    const ask = vi.spyOn(api, 'listSchedules').mockResolvedValue(page('a', 'second'));
    const list = new ScheduleList();
    await list.load();
    ask.mockResolvedValue(page('b', null));
    await Promise.all([list.more(), list.more()]);
    expect(list.items.map(({ flowId }) => flowId)).toEqual(['a', 'b']);
  });

  it('keeps the newest answer when an older one comes later', async () => {
    let late: (page: Awaited<ReturnType<typeof api.listSchedules>>) => void = () => undefined;
    vi.spyOn(api, 'listSchedules')
      .mockReturnValueOnce(new Promise((resolve) => (late = resolve)))
      .mockResolvedValueOnce({ items: [{ ...daily, enabled: false }], nextCursor: null });
    const list = new ScheduleList();
    const first = list.load();
    await list.load();
    late({ items: [daily, { ...daily, flowId: 'gone' }], nextCursor: null });
    await first;
    expect(list.items).toMatchObject([{ flowId: 'flow-1', enabled: false }]);
  });

  it('has a badge for the list of workflows', () => {
    render(ScheduleBadge, { nextRun: null });
    expect(screen.getByText('Starts by itself: never')).toBeInTheDocument();
  });
});
