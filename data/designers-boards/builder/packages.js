/**
 * The packages that the designers' boards are built from: exact versions, licences, and where they are installed.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Icon sets and emoji art: a pin's picture is drawn by one of these. `designer` is the name its boards carry. */
export const pictureSources = [
  { designer: 'Tabler', package: '@tabler/icons', version: '3.52.0', license: 'MIT' },
  { designer: 'Lucide', package: 'lucide-static', version: '1.62.0', license: 'ISC' },
  { designer: 'Material Design Icons', package: '@mdi/svg', version: '7.4.47', license: 'Apache-2.0' },
  { designer: 'Phosphor', package: '@phosphor-icons/core', version: '2.1.1', license: 'MIT' },
  { designer: 'Ionicons', package: 'ionicons', version: '8.1.0', license: 'MIT' },
  { designer: 'Font Awesome', package: '@fortawesome/fontawesome-free', version: '7.3.1', license: 'CC-BY-4.0' },
  { designer: 'Carbon', package: '@carbon/icons', version: '11.89.0', license: 'Apache-2.0' },
  { designer: 'Carbon Pictograms', package: '@carbon/pictograms', version: '12.82.0', license: 'Apache-2.0' },
  { designer: 'Octicons', package: '@primer/octicons', version: '19.42.0', license: 'MIT' },
  { designer: 'Emoji', package: '@iconify-json/fluent-emoji-flat', version: '1.2.6', license: 'MIT' },
];

/** Keywords and groups of emoji; their words become boards of the designer `Emoji`. */
export const keywordSources = [
  { package: 'emojilib', version: '4.0.3', license: 'MIT' },
  { package: 'emojibase-data', version: '17.0.0', license: 'MIT' },
  { package: 'gemoji', version: '8.1.0', license: 'MIT' },
  { package: '@emoji-mart/data', version: '1.2.1', license: 'MIT' },
];

/** Shrinks the pictures; nothing of it is shipped. */
const tools = [{ package: 'svgo', version: '4.1.0' }];

/** Installs every package at its exact version under `folder`; about 0.6 GB. Scripts of packages do not run. */
export function installPackages(folder) {
  const specs = [...pictureSources, ...keywordSources, ...tools].map((entry) => `${entry.package}@${entry.version}`);
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--legacy-peer-deps'];
  execFileSync('npm', ['install', '--prefix', folder, ...options, ...specs], { stdio: 'inherit' });
}

/** Files of the installed packages, addressed by package name; a version other than the one listed ends the build. */
export class PackageFolder {
  constructor(folder) {
    this.folder = path.resolve(folder, 'node_modules');
    for (const entry of [...pictureSources, ...keywordSources, ...tools]) {
      const { version } = this.json(`${entry.package}/package.json`);
      if (version !== entry.version) {
        throw new Error(
          `${entry.package}: version must be ${entry.version} (got ${version}); install without --packages`,
        );
      }
    }
  }

  path(file) {
    return path.join(this.folder, file);
  }

  text(file) {
    return readFileSync(this.path(file), 'utf8');
  }

  json(file) {
    return JSON.parse(this.text(file));
  }

  import(file) {
    return import(this.path(file));
  }
}
