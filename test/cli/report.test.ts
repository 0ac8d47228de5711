import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeScoreReport } from '../../reports/files/write-score-report.js';
import { writeStudyReport } from '../../reports/files/write-study-report.js';
import { writeUncertaintyReport } from '../../reports/files/write-uncertainty-report.js';
import type { Gallery } from '../../reports/uncertainty/gallery.js';
import { runHere } from '../support/command-here.js';
import { exampleNeighbors } from '../support/neighbors.js';
import { exampleReport } from '../support/score-report.js';
import { exampleStudy } from '../support/study-report.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { exampleUncertainty } from '../support/uncertainty-report.js';

const PROVENANCE = {
  schema: 'steadfid/report-provenance/1',
  version: '0.1.0',
  command: 'steadfid study design.json -o out',
  finished: '2026-01-02T03:04:05Z',
  machine: 'linux x64, 2 × processor',
  node: '20.20.2',
} as const;

const GALLERY: Gallery = {
  schema: 'steadfid/gallery/1',
  score: 'sum',
  images: 1,
  threshold: 1,
  scale: { low: 0, high: 1 },
  entries: [
    { id: 'img_0', score: 2, rank: 1, isKept: false, image: null, map: 'data:image/png;base64,iVBORw0KGgo=' },
  ],
};

/** Path and bytes of every file of a folder. */
function contents(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length), readFileSync(path).toString('base64')]),
  );
}

describe('steadfid report', () => {
  test('writes the same bytes again from study.json, score.json and uncertainty.json, in place and elsewhere', async () => {
    const writing = { existing: 'refused', provenance: PROVENANCE } as const;
    const cwd = temporaryFolder();
    await writeStudyReport(join(cwd, 'study'), await exampleStudy({ arms: ['one', 'two'] }), writing);
    await writeScoreReport(join(cwd, 'score'), exampleReport, { ...writing, neighbors: exampleNeighbors });
    await writeUncertaintyReport(join(cwd, 'uncertainty'), exampleUncertainty({ images: 30 }), {
      ...writing,
      gallery: GALLERY,
    });
    for (const kind of ['study', 'uncertainty']) {
      const before = contents(join(cwd, kind));
      const moved = await runHere(['report', kind, '-o', `${kind}-again`], { cwd });
      expect([moved.code, moved.stdout], moved.stderr).toEqual([0, '']);
      expect(contents(join(cwd, `${kind}-again`))).toEqual(before);
    }
    for (const kind of ['score', 'study']) {
      const before = contents(join(cwd, kind));
      writeFileSync(join(cwd, kind, 'report.html'), 'spoiled');
      const { code, stderr } = await runHere(['report', kind], { cwd });
      expect(code, stderr).toBe(0);
      // what the study itself wrote beside its report is not touched
      expect(contents(join(cwd, kind))).toEqual(before);
    }
    expect(contents(join(cwd, 'study')).has('/figures/curve-fid.png')).toBe(true);
    expect(readFileSync(join(cwd, 'study', 'report.html'), 'utf8')).toContain(PROVENANCE.command);
  });

  test('refuses a JSON that was cut off, one of another schema, one that lacks a field, and a folder with none', async () => {
    const cwd = temporaryFolder();
    const stored = JSON.stringify(await exampleStudy({ arms: ['one'] }));
    const refusal = async (text: string | null, file = 'study.json') => {
      const folder = `case-${Math.abs((text ?? '').length)}`;
      mkdirSync(join(cwd, folder));
      if (text !== null) writeFileSync(join(cwd, folder, file), text);
      const { code, stderr } = await runHere(['report', folder], { cwd });
      expect([code, readdirSync(join(cwd, folder)).length]).toEqual([2, text === null ? 0 : 1]);
      return stderr.replaceAll(folder, 'DIR');
    };
    expect(await refusal(stored.slice(0, 500))).toBe(
      `${join('DIR', 'study.json')}: must be a whole JSON file; got one that stops after 500 bytes. Copy it again, or run the command that made it again.\n`,
    );
    expect(await refusal(stored.replace('study/1', 'study/22'))).toContain('got steadfid/study/22.');
    expect(await refusal(stored.replace('"curves"', '"curve"'))).toContain(
      'study.json, curves: must be a list; got nothing.',
    );
    expect(await refusal(null)).toBe(
      'DIR: must be a folder with one of score.json, study.json, compare.json, uncertainty.json, score-models.json, track.json, reconstruction.json, score-comparison.json, study-comparison.json; got none of them. Pass the folder that a command wrote with -o.\n',
    );
  });

  test('suggests the command and the flag that were meant', async () => {
    const cwd = temporaryFolder();
    expect((await runHere(['repot', '.'], { cwd })).stderr).toContain('Did you mean "report"?');
    expect((await runHere(['report', '.', '--ouput', 'x'], { cwd })).stderr).toContain(
      'Did you mean "--output"?',
    );
  });
});
