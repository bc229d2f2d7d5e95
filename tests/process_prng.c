/* bcryptprimitives.dll, as far as Rust's standard library needs it: Wine 8 has none. It goes into
 * the Wine prefix of .ci/windows and nowhere else.
 *
 * x86_64-w64-mingw32-gcc -shared -o bcryptprimitives.dll process_prng.c -ladvapi32
 */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length)
{
    return RtlGenRandom(data, (ULONG)length);
}
