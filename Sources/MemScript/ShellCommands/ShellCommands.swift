// The list of all shell commands.

/// The commands that are written as typed at a shell.
enum ShellCommands {
  /// Every entry for the catalogue, in the order of the reference.
  static let all: [CatalogueEntry] = [
    echo,
    cat,
    grep,
    cd,
    pwd,
    ls,
    truncate,
    fallocate,
    dd,
    rm,
    chmod,
    sync,
    free,
    vmstat,
    slabtop,
    slab,
    mkswap,
    swapon,
    swapoff,
    overcommit,
    ps,
    pmap,
    pidof,
    kill,
    choom,
    oomAdjustment,
    whyOOM,
    ulimit,
    export,
    unset,
    dmesg,
    sysctl,
    uname,
    nproc,
    uptime,
  ]
}
