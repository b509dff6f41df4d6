// How the report looks, and the few lines of script for hovering and the slider.

/// The page's style sheet and script.
enum ReportStyle {
  static let sheet = """
    :root{--ground:#fff;--ink:#1b1f24;--dim:#59636e;--line:#d1d9e0;--full:#1f7a4d;--huge:#0b7285;--shared:#1c5fb8;\
    --swapped:#8a3ffc;--freed:#b7791f;--empty:#e6eaef;--dead:#b42318;--area:#1f7a4d22}
    @media (prefers-color-scheme:dark){:root{--ground:#0d1117;--ink:#e6edf3;--dim:#9198a1;--line:#30363d;--full:#3fb97f;\
    --huge:#39b5c8;--shared:#6ea8fe;--swapped:#b794ff;--freed:#d9a441;--empty:#21262d;--dead:#ff7b72;--area:#3fb97f22}}
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:60rem;padding:1rem;background:var(--ground);color:var(--ink);\
    font:16px/1.5 system-ui,sans-serif}
    h1{font-size:1.6rem;margin:.2em 0}h2{font-size:1.2rem;border-bottom:1px solid var(--line);margin-top:2em}
    h3{font-size:1rem;font-weight:600}
    nav a{margin-right:1em}a{color:var(--shared)}
    code,pre{font-family:ui-monospace,monospace;font-size:.85rem}
    pre{overflow-x:auto;border:1px solid var(--line);padding:.6rem;border-radius:6px}
    figure{margin:.6rem 0}figcaption{font-size:.85rem;color:var(--dim)}
    svg{display:block;width:100%;height:auto}
    svg text{fill:var(--ink);font:11px ui-monospace,monospace}.letter,.tick{fill:var(--dim)!important;font-size:9px!important}
    .variable{fill:var(--ground)!important;paint-order:stroke;stroke:var(--ink);stroke-width:2.5px;font-weight:600!important}
    .line{fill:none;stroke:var(--full);stroke-width:1.5}.area{fill:var(--area)}
    .mark{stroke:var(--line);stroke-dasharray:2 2}.cross{stroke:var(--ink)}
    .full{fill:var(--full);background:var(--full)}.huge{fill:var(--huge);background:var(--huge)}
    .shared{fill:var(--shared);background:var(--shared)}.swapped{fill:var(--swapped);background:var(--swapped)}
    .freed{fill:var(--freed);background:var(--freed)}.empty{fill:var(--empty);background:var(--empty)}
    .resident{fill:var(--ink)}
    .key{display:inline-block;width:.9em;height:.9em;margin:0 .3em 0 .8em;border:1px solid var(--line);vertical-align:-1px}
    .now{color:var(--ink);font-weight:600}
    .wide{overflow-x:auto}table{border-collapse:collapse;font-size:.85rem;width:100%}
    th,td{text-align:left;padding:.15rem .5rem;vertical-align:top}tbody tr{border-top:1px solid var(--line)}
    .script td:nth-child(2){white-space:pre-wrap;width:50%}.script th[scope=row]{color:var(--dim);font-weight:400}
    .ranking td:nth-child(n+3),.ranking th:nth-child(n+3){text-align:right}caption{text-align:left;color:var(--dim)}
    .deadly td{color:var(--dead)}.steps{padding-left:1em;list-style:none}
    .slider input{width:min(24rem,60vw)}footer{margin-top:3em;color:var(--dim);font-size:.85rem}
    @media print{.slider,nav{display:none}.moment{display:block!important;break-inside:avoid}body{max-width:none}pre{white-space:pre-wrap}}
    @media (max-width:40rem){body{padding:.5rem}.script td,.script th{display:block;width:auto!important}.script thead{display:none}}
    """

  static let script = """
    (function(){
    var names=data[0],rows=data[1];
    document.querySelectorAll('svg.curve').forEach(function(svg){
    svg.addEventListener('pointermove',function(e){var b=svg.getBoundingClientRect();show((e.clientX-b.left)/b.width)});
    svg.addEventListener('pointerleave',function(){show(-1)})});
    function show(x){var i=Math.min(rows.length-1,Math.round(x*(rows.length-1)));
    document.querySelectorAll('.now').forEach(function(s){var k=names.indexOf(s.dataset.curve);
    s.textContent=x<0?'':rows[i][k+2]+' after line '+rows[i][0]+': '+rows[i][1]})}
    var slider=document.getElementById('slider');if(!slider)return;
    var moments=Array.from(document.querySelectorAll('.moment')),out=slider.parentNode.querySelector('output');
    function turn(){moments.forEach(function(m,i){m.style.display=i==slider.value?'':'none'});
    out.textContent=(+slider.value+1)+' of '+moments.length}
    slider.addEventListener('input',turn);turn()})();
    """
}
