/** Dialogs that any page may open; they load after the page. */
import { RenameHost } from '../ui/rename';
import { TagPickerHost } from '../ui/tag-picker';
import { KeyboardSheet } from './keyboard-sheet';
import { ReloginHost } from './relogin';

export function Layers() {
  return (
    <>
      <KeyboardSheet />
      <RenameHost />
      <TagPickerHost />
      <ReloginHost />
    </>
  );
}
