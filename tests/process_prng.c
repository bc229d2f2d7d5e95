/* The part of bcryptprimitives.dll that Rust's standard library needs and Wine 8 lacks. Only the Wine
 * prefix of .ci/windows gets it.
 *
 * x86_64-w64-mingw32-gcc -shared -o bcryptprimitives.dll process_prng.c -ladvapi32
 */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length)
{
    return RtlGenRandom(data, (ULONG)length);
}
