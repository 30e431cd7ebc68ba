import type { BilingualText } from '../domain/text.ts';

/** Why the journal was not opened. The files are as they were. */
export type JournalOpenErrorCode =
  /** SQLite finds the file damaged, or its tables are not the ones this version made. */
  | 'corrupt-file'
  /** An entry does not have the hash that follows from it and the entry before. */
  | 'broken-chain'
  /** The head file knows a later entry than the database has. */
  | 'lost-entries'
  /** The chain holds, the documents beside it do not follow from it. */
  | 'damaged-documents'
  /** There is no head file, or none that is whole, to compare the last entry with. */
  | 'no-head-file'
  | 'newer-version'
  | 'locked-by-other-process'
  | 'not-a-journal'
  /** It cannot be opened at all: no such folder, no permission, no such device. */
  | 'unreadable'
  | 'read-only'
  | 'disk-full';

export interface JournalOpenError {
  readonly code: JournalOpenErrorCode;
  /** What happened and what to do, for the person at the till. */
  readonly message: BilingualText;
  /** For the engineer: file, SQLite's code, what was found. Never card data. */
  readonly detail: string;
  /** The first entry that is wrong or missing, where that is known. */
  readonly firstBadSeq?: number;
}

export interface JournalProblem {
  readonly code: JournalOpenErrorCode;
  readonly detail: string;
  readonly seq?: number;
}

export function openError(file: string, problem: JournalProblem): JournalOpenError {
  return {
    code: problem.code,
    message: messageFor(problem.code, file),
    detail: problem.detail,
    ...(problem.seq === undefined ? {} : { firstBadSeq: problem.seq }),
  };
}

const KEEP_AND_RESTORE_ZH =
  '请勿删除或修改该文件。请把整个数据文件夹复制保存，再运行 holdfast journal restore 数据文件夹，或联系技术支持；已上传的交易在主机上有记录。';
const KEEP_AND_RESTORE_EN =
  'Do not delete or edit the file. Copy the whole data folder to a safe place, then run "holdfast journal restore" on the ' +
  'data folder, or call support; what was already uploaded is on record at the host.';

function messageFor(code: JournalOpenErrorCode, file: string): BilingualText {
  switch (code) {
    case 'corrupt-file':
      return {
        'zh-CN': `流水文件 ${file} 已损坏，终端未启动，文件未作任何改动。${KEEP_AND_RESTORE_ZH}`,
        en: `The journal file ${file} is damaged. The terminal did not start and has changed nothing. ${KEEP_AND_RESTORE_EN}`,
      };
    case 'broken-chain':
      return {
        'zh-CN': `流水文件 ${file} 的校验链断开：有记录被改动或损坏。终端未启动，文件未作任何改动。${KEEP_AND_RESTORE_ZH}`,
        en: `The hash chain of the journal file ${file} is broken: an entry was changed or damaged. The terminal did not start and has changed nothing. ${KEEP_AND_RESTORE_EN}`,
      };
    case 'lost-entries':
      return {
        'zh-CN': `流水文件 ${file} 缺少最后的记录：曾经记下的步骤不在文件里。终端未启动，文件未作任何改动。${KEEP_AND_RESTORE_ZH}`,
        en: `The journal file ${file} has lost its last entries: steps that were recorded are not in it. The terminal did not start and has changed nothing. ${KEEP_AND_RESTORE_EN}`,
      };
    case 'damaged-documents':
      return {
        'zh-CN': `流水文件 ${file} 的记录完好，但由其得出的数据已损坏。终端未启动，文件未作任何改动。${KEEP_AND_RESTORE_ZH}`,
        en: `The entries of the journal file ${file} are whole, but the data kept beside them is damaged. The terminal did not start and has changed nothing. ${KEEP_AND_RESTORE_EN}`,
      };
    case 'no-head-file':
      return {
        'zh-CN': `流水文件 ${file} 旁边的 ${file}-head 缺失或损坏，无法确认最后的记录是否齐全。终端未启动，文件未作任何改动。请把两个文件一起恢复；${KEEP_AND_RESTORE_ZH}`,
        en: `The file ${file}-head, which belongs beside the journal, is missing or damaged, so nothing shows whether its last entries are there. The terminal did not start and has changed nothing. Put both files back together. ${KEEP_AND_RESTORE_EN}`,
      };
    case 'newer-version':
      return {
        'zh-CN': `流水文件 ${file} 由更新版本的程序写成，本版本不能使用。文件未作任何改动。请安装该版本或更新的程序后再启动。`,
        en: `The journal file ${file} was written by a newer version of this program. Nothing was changed. Install that version or a later one and start again.`,
      };
    case 'locked-by-other-process':
      return {
        'zh-CN': `另一个终端程序正在使用流水文件 ${file}。请使用已打开的窗口，或它启动时显示的网址；也可以结束该程序后再启动。`,
        en: `Another terminal process is using the journal file ${file}. Go on in the window that is already open, or at the address it printed where it was started; or end that process and start again.`,
      };
    case 'not-a-journal':
      return {
        'zh-CN': `${file} 不是流水文件，未作任何改动。请检查数据文件夹的设置，或把该文件移走后再启动。`,
        en: `${file} is not a journal file. Nothing was changed. Check which data folder is set, or move this file away and start again.`,
      };
    case 'unreadable':
      return {
        'zh-CN': `无法打开流水文件 ${file}。请检查文件夹是否存在、磁盘是否连接、当前用户是否有权限。`,
        en: `The journal file ${file} cannot be opened. Check that the folder exists, the disk is connected and this user may use it.`,
      };
    case 'read-only':
      return {
        'zh-CN': `流水文件 ${file} 只能读取，不能写入，因此不能交易。请检查磁盘和文件的写入权限后再启动。`,
        en: `The journal file ${file} can be read but not written, so nothing can be sold. Check that the disk and the file are writable and start again.`,
      };
    case 'disk-full':
      return {
        'zh-CN': `磁盘已满，无法打开流水文件 ${file}，因此不能交易。请清理磁盘空间后再启动。`,
        en: `The disk is full and the journal file ${file} cannot be opened, so nothing can be sold. Free some space and start again.`,
      };
  }
}
