class Sockscope < Formula
  desc "Oscilloscope for getaddrinfo() and socket()"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@DOWNLOADS@/sockscope-@VERSION@-macos-aarch64.tar.gz"
      sha256 "@SHA256 sockscope-@VERSION@-macos-aarch64.tar.gz@"
    end
    on_intel do
      url "@DOWNLOADS@/sockscope-@VERSION@-macos-x86_64.tar.gz"
      sha256 "@SHA256 sockscope-@VERSION@-macos-x86_64.tar.gz@"
    end
  end

  on_linux do
    on_arm do
      url "@DOWNLOADS@/sockscope-@VERSION@-linux-aarch64.tar.gz"
      sha256 "@SHA256 sockscope-@VERSION@-linux-aarch64.tar.gz@"
    end
    on_intel do
      url "@DOWNLOADS@/sockscope-@VERSION@-linux-x86_64.tar.gz"
      sha256 "@SHA256 sockscope-@VERSION@-linux-x86_64.tar.gz@"
    end
  end

  def install
    bin.install "sockscope"
    man1.install "sockscope.1"
    bash_completion.install "completions/sockscope.bash" => "sockscope"
    zsh_completion.install "completions/_sockscope"
    fish_completion.install "completions/sockscope.fish"
  end

  test do
    system bin/"sockscope", "--format", "json", "127.0.0.1", "80"
  end
end
