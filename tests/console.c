/* A Windows console that a test can look at. Wine's console does not interpret escape sequences, so
 * what the program writes is caught before it gets there, and tests/program/support/console.rs reads it
 * with a terminal emulator. Built twice by .ci/windows:
 *
 * x86_64-w64-mingw32-gcc-posix -o console.exe console.c
 * x86_64-w64-mingw32-gcc-posix -shared -DHOOK -o console.dll console.c
 *
 * console.exe pipe NAME PROGRAM [ARGUMENT...]
 *
 * It runs the program with a named pipe as standard output, and copies what comes through it.
 *
 * console.exe COLUMNS ROWS PROGRAM [ARGUMENT...]
 *
 * It prepares the program in a console of its own that nobody sees, with console.dll beside console.exe
 * loaded into it. Standard output is what the program writes to its console, in UTF-8. Standard input is
 * lines of commands, `start` first; each is answered by a line on standard error. The program ends at the
 * latest when standard input does.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* The name of the pipe that the hook writes to. An inherited handle would stay open in the console's own
 * process. */
#define PIPE L"SOCKSCOPE_CONSOLE_PIPE"
/* If it is set, the console refuses to interpret escape sequences. */
#define LEGACY L"SOCKSCOPE_CONSOLE_LEGACY"

#ifndef ENABLE_VIRTUAL_TERMINAL_PROCESSING
#define ENABLE_VIRTUAL_TERMINAL_PROCESSING 0x4
#endif

/* Set by console.exe; the hook then raises CTRL_C_EVENT. Wine raises it only for a process that has had its
 * console from the start, and raises no CTRL_BREAK_EVENT. */
static HANDLE control_event(const WCHAR *pipe)
{
    WCHAR name[MAX_PATH];
    swprintf(name, MAX_PATH, L"%ls-event", wcsrchr(pipe, L'\\') + 1);
    return CreateEventW(NULL, FALSE, FALSE, name);
}

#ifdef HOOK

static HANDLE out;
static BOOL legacy;

static BOOL WINAPI write_console(HANDLE console, const void *text, DWORD length, DWORD *written, void *reserved)
{
    char utf8[4096];
    DWORD done = 0;
    (void)console, (void)reserved;
    while (done < length) {
        const WCHAR *part = (const WCHAR *)text + done;
        DWORD count = length - done, sent;
        int bytes;
        if (count > 1024)
            count = 1024;
        /* Not between two surrogates. */
        if (count > 1 && count < length - done && IS_HIGH_SURROGATE(part[count - 1]))
            count--;
        bytes = WideCharToMultiByte(CP_UTF8, 0, part, count, utf8, sizeof utf8, NULL, NULL);
        if (!WriteFile(out, utf8, bytes, &sent, NULL))
            return FALSE;
        done += count;
    }
    if (written)
        *written = length;
    return TRUE;
}

static BOOL WINAPI set_console_mode(HANDLE console, DWORD mode)
{
    DWORD events;
    /* Only an input handle has events. */
    if (legacy && (mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING) &&
        !GetNumberOfConsoleInputEvents(console, &events)) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    return SetConsoleMode(console, mode);
}

static DWORD WINAPI raise_events(void *event)
{
    while (WaitForSingleObject(event, INFINITE) == WAIT_OBJECT_0)
        GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0);
    return 0;
}

/* Replaces a function in the import table of the program. */
static void replace(const char *name, void *with)
{
    BYTE *base = (BYTE *)GetModuleHandleW(NULL);
    IMAGE_NT_HEADERS *headers = (IMAGE_NT_HEADERS *)(base + ((IMAGE_DOS_HEADER *)base)->e_lfanew);
    DWORD at = headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;
    IMAGE_IMPORT_DESCRIPTOR *module = (IMAGE_IMPORT_DESCRIPTOR *)(base + at);
    for (; module->Name; module++) {
        IMAGE_THUNK_DATA *names = (IMAGE_THUNK_DATA *)(base + module->OriginalFirstThunk);
        IMAGE_THUNK_DATA *addresses = (IMAGE_THUNK_DATA *)(base + module->FirstThunk);
        for (; names->u1.AddressOfData; names++, addresses++) {
            IMAGE_IMPORT_BY_NAME *import = (IMAGE_IMPORT_BY_NAME *)(base + names->u1.AddressOfData);
            DWORD before;
            if (IMAGE_SNAP_BY_ORDINAL(names->u1.Ordinal) || strcmp((char *)import->Name, name))
                continue;
            VirtualProtect(addresses, sizeof *addresses, PAGE_READWRITE, &before);
            addresses->u1.Function = (ULONG_PTR)with;
            VirtualProtect(addresses, sizeof *addresses, before, &before);
        }
    }
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    WCHAR text[MAX_PATH];
    (void)instance, (void)reserved;
    if (reason == DLL_PROCESS_ATTACH && GetEnvironmentVariableW(PIPE, text, MAX_PATH)) {
        out = CreateFileW(text, GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
        CreateThread(NULL, 0, raise_events, control_event(text), 0, NULL);
        legacy = GetEnvironmentVariableW(LEGACY, text, MAX_PATH) != 0;
        replace("WriteConsoleW", write_console);
        replace("SetConsoleMode", set_console_mode);
    }
    return TRUE;
}

#else

static void fail(const char *what)
{
    fprintf(stderr, "console.exe: %s: error %lu\n", what, GetLastError());
    ExitProcess(99);
}

/* AttachConsole() replaces it. */
static HANDLE standard_output;

/* Copies what the program writes to standard output. */
static DWORD WINAPI copy(void *pipe)
{
    char bytes[65536];
    DWORD count, sent;
    while (ReadFile(pipe, bytes, sizeof bytes, &count, NULL) && count)
        if (!WriteFile(standard_output, bytes, count, &sent, NULL))
            break;
    /* The mark LAST of tests/program/support/terminal. */
    WriteFile(standard_output, "\x1b[0m\x1b[0m\x1b[0m\x1b[0m", 16, &sent, NULL);
    return 0;
}

static void load(HANDLE process, const WCHAR *dll)
{
    SIZE_T size = (wcslen(dll) + 1) * sizeof *dll;
    void *there = VirtualAllocEx(process, NULL, size, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    HANDLE thread;
    if (!there || !WriteProcessMemory(process, there, dll, size, NULL))
        fail("WriteProcessMemory");
    /* kernel32.dll is at the same address in every process. */
    thread = CreateRemoteThread(process, NULL, 0,
        (LPTHREAD_START_ROUTINE)(void *)GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "LoadLibraryW"),
        there, 0, NULL);
    if (!thread || WaitForSingleObject(thread, 60000) != WAIT_OBJECT_0)
        fail("CreateRemoteThread");
}

/* Control events are for the program. */
static BOOL WINAPI ignore(DWORD event)
{
    (void)event;
    return TRUE;
}

static HANDLE console(const WCHAR *name)
{
    HANDLE handle = CreateFileW(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
        NULL, OPEN_EXISTING, 0, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        fail("CreateFileW(CONIN$ or CONOUT$)");
    return handle;
}

static BOOL resize(HANDLE keyboard, HANDLE screen, SHORT columns, SHORT rows)
{
    COORD size = { columns, rows };
    SMALL_RECT tiny = { 0, 0, 0, 0 }, window = { 0, 0, columns - 1, rows - 1 };
    INPUT_RECORD record = { 0 };
    DWORD written;
    record.EventType = WINDOW_BUFFER_SIZE_EVENT;
    record.Event.WindowBufferSizeEvent.dwSize = size;
    /* The buffer cannot be smaller than the window. The program may see the tiny one: the record tells it
     * that there is another. */
    return SetConsoleWindowInfo(screen, TRUE, &tiny) && SetConsoleScreenBufferSize(screen, size) &&
        SetConsoleWindowInfo(screen, TRUE, &window) && WriteConsoleInputW(keyboard, &record, 1, &written);
}

/* `text` is the bytes of INPUT_RECORDs in hexadecimal. They are written at once, or each when the
 * program has read those before. */
static BOOL input(HANDLE keyboard, HANDLE process, const char *text, BOOL one_by_one)
{
    INPUT_RECORD *records = malloc(strlen(text) / 2 + sizeof *records);
    DWORD bytes = 0, count, at = 0, written, waiting;
    unsigned int byte;
    while (sscanf(text + 2 * bytes, "%2x", &byte) == 1)
        ((BYTE *)records)[bytes++] = (BYTE)byte;
    count = bytes / sizeof *records;
    while (at < count) {
        DWORD now = one_by_one ? 1 : count - at;
        if (!WriteConsoleInputW(keyboard, records + at, now, &written))
            return FALSE;
        at += written;
        while (one_by_one && GetNumberOfConsoleInputEvents(keyboard, &waiting) && waiting &&
               WaitForSingleObject(process, 0) == WAIT_TIMEOUT)
            SwitchToThread();
    }
    free(records);
    return TRUE;
}

static BOOL set_clipboard(const char *hex)
{
    HGLOBAL memory = GlobalAlloc(GMEM_MOVEABLE, strlen(hex) / 2 + sizeof(WCHAR));
    BYTE *bytes = GlobalLock(memory);
    unsigned int byte;
    BOOL success;
    for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
        *bytes++ = (BYTE)byte;
    bytes[0] = bytes[1] = 0;
    GlobalUnlock(memory);
    success = OpenClipboard(NULL) && EmptyClipboard() && SetClipboardData(CF_UNICODETEXT, memory);
    CloseClipboard();
    return success;
}

static void print_clipboard(void)
{
    HANDLE memory = OpenClipboard(NULL) ? GetClipboardData(CF_UNICODETEXT) : NULL;
    const WCHAR *text = memory ? GlobalLock(memory) : L"";
    for (; *text; text++)
        fprintf(stderr, "%02x%02x", *text & 0xff, *text >> 8);
    CloseClipboard();
    fprintf(stderr, "\n");
}

/* The status of the program, whose standard output is a pipe of this name. */
static DWORD run_with_pipe(const WCHAR *name, WCHAR *command)
{
    static char bytes[65536];
    SECURITY_ATTRIBUTES inherited = { sizeof inherited, NULL, TRUE };
    STARTUPINFOW startup = { 0 };
    PROCESS_INFORMATION program;
    DWORD count, sent, status = 99;
    HANDLE pipe = CreateNamedPipeW(name, PIPE_ACCESS_INBOUND, PIPE_TYPE_BYTE | PIPE_WAIT, 1, 0, 65536, 0, NULL);
    startup.cb = sizeof startup;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    startup.hStdOutput = CreateFileW(name, GENERIC_WRITE | FILE_READ_ATTRIBUTES, 0, &inherited, OPEN_EXISTING, 0, NULL);
    if (startup.hStdOutput == INVALID_HANDLE_VALUE)
        fail("CreateFileW");
    if (!CreateProcessW(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &program))
        fail("CreateProcessW");
    CloseHandle(startup.hStdOutput);
    while (ReadFile(pipe, bytes, sizeof bytes, &count, NULL) && count)
        WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), bytes, count, &sent, NULL);
    WaitForSingleObject(program.hProcess, INFINITE);
    GetExitCodeProcess(program.hProcess, &status);
    return status;
}

int wmain(int argc, WCHAR **argv)
{
    static char line[1 << 21];
    STARTUPINFOW startup = { 0 };
    PROCESS_INFORMATION program;
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = { 0 };
    HANDLE job, pipe, keyboard, screen, event;
    WCHAR command[32768] = L"", dll[MAX_PATH], name[64];
    DWORD status;
    int i;
    if (argc < 4)
        fail("COLUMNS ROWS PROGRAM [ARGUMENT...], or pipe NAME PROGRAM [ARGUMENT...]");
    for (i = 3; i < argc; i++) {
        /* The tests' arguments have no quotation mark and end in no backslash. */
        wcscat(command, i > 3 ? L" \"" : L"\"");
        wcscat(command, argv[i]);
        wcscat(command, L"\"");
    }
    if (!wcscmp(argv[1], L"pipe"))
        return run_with_pipe(argv[2], command);
    standard_output = GetStdHandle(STD_OUTPUT_HANDLE);
    startup.cb = sizeof startup;
    GetModuleFileNameW(NULL, dll, MAX_PATH);
    wcscpy(wcsrchr(dll, L'.'), L".dll");
    swprintf(name, 64, L"\\\\.\\pipe\\sockscope-console-%lu", GetCurrentProcessId());
    pipe = CreateNamedPipeW(name, PIPE_ACCESS_INBOUND, PIPE_TYPE_BYTE | PIPE_WAIT, 1, 0, 65536, 0, NULL);
    if (pipe == INVALID_HANDLE_VALUE || !SetEnvironmentVariableW(PIPE, name))
        fail("CreateNamedPipeW");
    event = control_event(name);
    /* The program ends with this process, which a test may kill. */
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    job = CreateJobObjectW(NULL, NULL);
    if (!SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits))
        fail("SetInformationJobObject");
    if (!CreateProcessW(NULL, command, NULL, NULL, FALSE, CREATE_SUSPENDED | CREATE_NO_WINDOW, NULL, NULL,
            &startup, &program) || !AssignProcessToJobObject(job, program.hProcess))
        fail("CreateProcessW");
    load(program.hProcess, dll);
    FreeConsole();
    if (!AttachConsole(program.dwProcessId))
        fail("AttachConsole");
    SetConsoleCtrlHandler(ignore, TRUE);
    keyboard = console(L"CONIN$");
    screen = console(L"CONOUT$");
    if (!resize(keyboard, screen, (SHORT)_wtoi(argv[1]), (SHORT)_wtoi(argv[2])))
        fail("resize");
    CreateThread(NULL, 0, copy, pipe, 0, NULL);
    fprintf(stderr, "ready %lu\n", program.dwProcessId);
    while (fgets(line, sizeof line, stdin)) {
        unsigned int a, b;
        DWORD in, out;
        BOOL success = TRUE;
        if (!strncmp(line, "start", 5))
            ResumeThread(program.hThread);
        else if (!strncmp(line, "type ", 5))
            success = input(keyboard, program.hProcess, line + 5, TRUE);
        else if (!strncmp(line, "paste ", 6))
            success = input(keyboard, program.hProcess, line + 6, FALSE);
        else if (sscanf(line, "resize %u %u", &a, &b) == 2)
            success = resize(keyboard, screen, (SHORT)a, (SHORT)b);
        else if (!strncmp(line, "event", 5))
            success = SetEvent(event);
        else if (!strncmp(line, "modes", 5)) {
            success = GetConsoleMode(keyboard, &in) && GetConsoleMode(screen, &out);
            if (success) {
                fprintf(stderr, "%lu %lu\n", in, out);
                continue;
            }
        } else if (!strncmp(line, "copy ", 5))
            success = set_clipboard(line + 5);
        else if (!strncmp(line, "clipboard", 9)) {
            print_clipboard();
            continue;
        } else if (!strncmp(line, "status", 6)) {
            if (WaitForSingleObject(program.hProcess, 0) == WAIT_OBJECT_0) {
                GetExitCodeProcess(program.hProcess, &status);
                fprintf(stderr, "%lu\n", status);
            } else
                fprintf(stderr, "running\n");
            continue;
        }
        fprintf(stderr, success ? "ok\n" : "error %lu\n", GetLastError());
    }
    return 0;
}

#endif
