import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { processSpace } from '../../encoders/files/is-alive.js';
import { writeCompareReport } from '../../reports/files/write-compare-report.js';
import { writeScoreReport } from '../../reports/files/write-score-report.js';
import { writeStudyReport } from '../../reports/files/write-study-report.js';
import { writeUncertaintyReport } from '../../reports/files/write-uncertainty-report.js';
import { exampleComparison } from '../support/compare-report.js';
import { exampleGallery } from '../support/gallery.js';
import { exampleNeighbors } from '../support/neighbors.js';
import { runCommand } from '../support/run-command.js';
import { exampleReport } from '../support/score-report.js';
import { exampleStudy } from '../support/study-report.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { exampleUncertainty } from '../support/uncertainty-report.js';

const PROVENANCE = {
  schema: 'steadfid/report-provenance/1',
  version: '0.1.0',
  command: 'steadfid',
  finished: '2026-01-01T00:00:00.000Z',
  machine: 'a machine',
  node: '20.0.0',
} as const;

describe('writeStudyReport', () => {
  test('writeStudyReport refuses before it writes anything, whichever file is there', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'tables.tex'), 'mine');
    const report = await exampleStudy({ arms: ['one'] });
    await expect(writeStudyReport(folder, report, { existing: 'refused' })).rejects.toThrow(
      `${join(folder, 'tables.tex')}: there is already such a file`,
    );
    expect(readdirSync(folder)).toEqual(['tables.tex']);
  });

  test('writeStudyReport completes a report of which a killed run left a part, and leaves a file of a user alone', async () => {
    const folder = temporaryFolder();
    const report = await exampleStudy({ arms: ['one'] });
    const dead = spawnSync(process.execPath, ['--version']).pid;
    const list = `.report.${processSpace()}-${dead}-0123abcd.unfinished`;
    writeFileSync(join(folder, list), 'study.json\nreport.html\n');
    writeFileSync(join(folder, 'study.json'), 'of the killed run');
    writeFileSync(join(folder, 'tables.md'), 'mine');
    const again = () => writeStudyReport(folder, report, { existing: 'refused' });
    await expect(again()).rejects.toThrow(`${join(folder, 'tables.md')}: there is already such a file`);
    rmSync(join(folder, 'tables.md'));
    await again();
    expect(JSON.parse(readFileSync(join(folder, 'study.json'), 'utf8')).schema).toMatch('steadfid/study');
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
    await expect(again()).rejects.toThrow('there is already such a file');
  });

  test('writeStudyReport removes figures of the report that it replaces, and no file of a user', async () => {
    const folder = temporaryFolder();
    await writeStudyReport(folder, await exampleStudy({ arms: ['one', 'two', 'three'] }), {
      existing: 'refused',
    });
    writeFileSync(join(folder, 'figures', 'mine.svg'), 'mine');
    expect(existsSync(join(folder, 'figures', 'rank-fid.svg'))).toBe(true);
    await writeStudyReport(folder, await exampleStudy({ arms: ['one'] }), { existing: 'replaced' });
    const left = readdirSync(join(folder, 'figures'));
    expect(left).toContain('mine.svg');
    expect(left.filter((name) => name.startsWith('rank-'))).toEqual([]);
  });

  test('every file that a page links to lies beside it, and every file that is written is linked but the page', async () => {
    const writing = { existing: 'refused', provenance: PROVENANCE } as const;
    const written = {
      study: async (folder: string) =>
        writeStudyReport(folder, await exampleStudy({ arms: ['one', 'two', 'three'] }), writing),
      score: (folder: string) =>
        writeScoreReport(folder, exampleReport, { ...writing, neighbors: exampleNeighbors }),
      compare: (folder: string) =>
        writeCompareReport(folder, exampleComparison({ beside: ['precision'] }), writing),
      uncertainty: (folder: string) =>
        writeUncertaintyReport(folder, exampleUncertainty({ images: 12 }), {
          ...writing,
          gallery: exampleGallery,
        }),
    };
    for (const write of Object.values(written)) {
      const folder = temporaryFolder();
      const paths = (await write(folder)).map((path) => relative(folder, path));
      const page = readFileSync(join(folder, 'report.html'), 'utf8');
      const linked = new Set([...page.matchAll(/<a href="([^"#]*)" download>/g)].map(([, href]) => href!));
      expect([...linked].sort()).toEqual(
        paths.filter((name) => name !== 'report.html' && name !== join('figures', 'index.json')).sort(),
      );
    }
  });

  test('writeStudyReport draws PNG at 300 dots to the inch, 6.75 inches wide, with letters in the fonts that ship', async () => {
    const folder = temporaryFolder();
    await writeStudyReport(folder, await exampleStudy({ arms: ['one'] }), { existing: 'refused' });
    const png = join(folder, 'figures', 'curve-fid.png');
    const { width, density } = await sharp(png).metadata();
    expect([width, density]).toEqual([2025, 300]);
    // the title stands at the top left: without a font there would be nothing but white
    const { channels } = await sharp(png).extract({ left: 20, top: 20, width: 400, height: 50 }).stats();
    expect(channels[0]!.min).toBeLessThan(100);
  });

  test('the command in a figure, run in its folder, makes SVG, PNG and CSV again, byte for byte', async () => {
    const folder = temporaryFolder();
    await writeStudyReport(folder, await exampleStudy({ arms: ['one', 'two', 'three'] }), {
      existing: 'refused',
    });
    const figures = join(folder, 'figures');
    const names = ['curve-fid', 'rank-fid'].flatMap((name) =>
      ['svg', 'png', 'csv'].map((ending) => `${name}.${ending}`),
    );
    const made = names.map((name) => readFileSync(join(figures, name)));
    const origin =
      /Drawn from study\.json, its numbers in curve-fid\.csv\. To make it again, in the folder of study\.json: steadfid ([a-z .]+)/;
    const [inSvg, inPng] = made.slice(0, 2).map((bytes) => origin.exec(bytes.toString('latin1'))?.[1]);
    expect(inPng).toBe(inSvg);
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain(
      `<code data-copy="command">steadfid ${inSvg}</code>`,
    );
    rmSync(figures, { recursive: true });
    expect((await runCommand(inSvg!.split(' '), { cwd: folder })).code).toBe(0);
    expect(names.map((name, i) => readFileSync(join(figures, name)).equals(made[i]!))).toEqual(
      names.map(() => true),
    );
  });

  test('writeStudyReport writes the same bytes again', async () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    const report = await exampleStudy({ arms: ['one', 'two'] });
    for (const folder of [first, second]) await writeStudyReport(folder, report, { existing: 'refused' });
    const names = readdirSync(first, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(first.length));
    expect(names.length).toBeGreaterThan(10);
    for (const name of names)
      expect(readFileSync(second + name).equals(readFileSync(first + name)), name).toBe(true);
  });
});
