/** Limits of message components and of modals, as the component reference states them. */
import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import type { Form } from './form.ts';

type Path = readonly (string | number)[];
export interface ComponentInput {
  type?: number;
  components?: ComponentInput[];
  component?: ComponentInput;
  accessory?: ComponentInput;
  custom_id?: string;
  label?: string;
  style?: number;
  url?: string;
  content?: string;
  placeholder?: string;
  description?: string | null;
  options?: { label?: string; value?: string; description?: string }[];
  items?: { media?: { url?: string }; description?: string | null }[];
  min_values?: number;
  max_values?: number;
  min_length?: number;
  max_length?: number;
  value?: string;
}

const SELECTS: ReadonlySet<number> = new Set([
  ComponentType.StringSelect,
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
]);

/** With IS_COMPONENTS_V2 a message holds up to 40 components and 4000 characters of text. */
const MAX_V2 = 40;
const MAX_V2_TEXT = 4000;

/** Every component below, with where it stands. */
function* walk(list: readonly ComponentInput[], path: Path): Generator<[ComponentInput, Path]> {
  for (const [index, component] of list.entries()) {
    const here = [...path, index];
    yield [component, here];
    if (Array.isArray(component.components)) yield* walk(component.components, [...here, 'components']);
    for (const key of ['accessory', 'component'] as const) {
      const inner = component[key];
      if (inner) yield [inner, [...here, key]];
    }
  }
}

function checkButton(form: Form, button: ComponentInput, path: Path): void {
  form.text([...path, 'label'], button.label, 0, 80);
  form.number([...path, 'style'], button.style, 1, 6);
  if (button.style === ButtonStyle.Link) {
    form.text([...path, 'url'], button.url, 1, 512);
    if (button.custom_id !== undefined) {
      form.fail(path, 'BUTTON_COMPONENT_LINK_CUSTOM_ID', 'A link button cannot have a custom id');
    }
  } else if (button.style !== ButtonStyle.Premium) {
    form.text([...path, 'custom_id'], button.custom_id, 1, 100);
  }
}

function checkSelect(form: Form, select: ComponentInput, path: Path): void {
  form.text([...path, 'custom_id'], select.custom_id, 1, 100);
  form.text([...path, 'placeholder'], select.placeholder, 0, 150);
  form.number([...path, 'min_values'], select.min_values, 0, 25);
  form.number([...path, 'max_values'], select.max_values, 1, 25);
  if (select.type !== ComponentType.StringSelect) return;
  form.count([...path, 'options'], select.options, 1, 25);
  const values = new Set<string>();
  for (const [index, option] of (select.options ?? []).entries()) {
    form.text([...path, 'options', index, 'label'], option.label, 1, 100);
    form.text([...path, 'options', index, 'value'], option.value, 1, 100);
    form.text([...path, 'options', index, 'description'], option.description, 0, 100);
    if (values.has(option.value ?? '')) {
      form.fail(
        [...path, 'options', index, 'value'],
        'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        'The specified option value is already used',
      );
    }
    values.add(option.value ?? '');
  }
}

function checkTextInput(form: Form, input: ComponentInput, path: Path, labelled: boolean): void {
  form.text([...path, 'custom_id'], input.custom_id, 1, 100);
  if (!labelled) form.text([...path, 'label'], input.label, 1, 45);
  form.text([...path, 'placeholder'], input.placeholder, 0, 100);
  form.text([...path, 'value'], input.value, 0, 4000);
  form.number([...path, 'min_length'], input.min_length, 0, 4000);
  form.number([...path, 'max_length'], input.max_length, 1, 4000);
  form.number([...path, 'style'], input.style, 1, 2);
}

function checkMedia(form: Form, component: ComponentInput, path: Path): void {
  if (component.type === ComponentType.MediaGallery) form.count([...path, 'items'], component.items, 1, 10);
  for (const [index, item] of (component.items ?? []).entries()) {
    form.text([...path, 'items', index, 'description'], item.description, 0, 1024);
    form.required([...path, 'items', index, 'media', 'url'], item.media?.url);
  }
  if (component.type === ComponentType.Thumbnail) form.text([...path, 'description'], component.description, 0, 1024);
}

function checkOne(form: Form, component: ComponentInput, path: Path): void {
  const type = component.type ?? 0;
  if (type === ComponentType.Button) checkButton(form, component, path);
  else if (SELECTS.has(type)) checkSelect(form, component, path);
  else if (type === ComponentType.ActionRow) checkRow(form, component, path);
  else if (type === ComponentType.TextDisplay) form.text([...path, 'content'], component.content, 1, MAX_V2_TEXT);
  else if (type === ComponentType.Section) form.count([...path, 'components'], component.components, 1, 3);
  else checkMedia(form, component, path);
}

/** A row holds up to five buttons, or one select. */
function checkRow(form: Form, row: ComponentInput, path: Path): void {
  const width = (row.components ?? []).reduce((sum, { type }) => sum + (SELECTS.has(type ?? 0) ? 5 : 1), 0);
  form.count([...path, 'components'], row.components, 1, 5);
  if (width > 5 && (row.components ?? []).length <= 5) {
    form.fail([...path, 'components'], 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', 'Component layout exceeds max width of 5');
  }
}

export function checkComponents(
  form: Form,
  components: readonly ComponentInput[] | null | undefined,
  v2: boolean,
): void {
  if (!components) return;
  form.count(['components'], components, 0, v2 ? MAX_V2 : 5);
  const all = [...walk(components, ['components'])];
  const ids = new Set<string>();
  for (const [component, path] of all) {
    const basic = path.length > 2 || component.type === ComponentType.ActionRow;
    if (!v2 && !basic) form.fail([...path, 'type'], 'UNION_TYPE_CHOICES', 'Value of field "type" must be one of (1,).');
    checkOne(form, component, path);
    if (component.custom_id === undefined) continue;
    if (ids.has(component.custom_id)) {
      form.fail([...path, 'custom_id'], 'COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated');
    }
    ids.add(component.custom_id);
  }
  if (!v2) return;
  const text = all.reduce((sum, [{ content }]) => sum + (content?.length ?? 0), 0);
  if (all.length > MAX_V2)
    form.fail(
      ['components'],
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
      `The total number of components cannot exceed ${MAX_V2}`,
    );
  if (text > MAX_V2_TEXT)
    form.fail(
      ['components'],
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      `Total length of displayable text exceeds maximum size of ${MAX_V2_TEXT}`,
    );
}

/** A modal: a title, and one to five rows or labels, each with one input. */
export function checkModal(
  form: Form,
  modal: { custom_id?: string; title?: string; components?: ComponentInput[] },
): void {
  form.text(['custom_id'], modal.custom_id, 1, 100);
  form.text(['title'], modal.title, 1, 45);
  form.count(['components'], modal.components, 1, 5);
  for (const [index, holder] of (modal.components ?? []).entries()) {
    const path: Path = ['components', index];
    const labelled = holder.type === ComponentType.Label;
    if (labelled) form.text([...path, 'label'], holder.label, 1, 45);
    if (labelled) form.text([...path, 'description'], holder.description, 0, 100);
    for (const [input, inner] of walk([holder], ['components'])) {
      const at: Path = ['components', index, ...inner.slice(2)];
      if (input.type === ComponentType.TextInput) checkTextInput(form, input, at, labelled);
      else if (SELECTS.has(input.type ?? 0)) checkSelect(form, input, at);
    }
  }
}
