"""Files of uncertainty maps as torch, numpy and Pillow write them, with sums and keep counts by torch and numpy.

Run: python test/reference/map-files.py > test/reference/map-files.json
"""
import base64, io, json
import numpy, PIL, torch
from PIL import Image

torch.manual_seed(3)
rng = numpy.random.default_rng(3)


def saved(tensor):
    buffer = io.BytesIO()
    torch.save(tensor, buffer)
    return base64.b64encode(buffer.getvalue()).decode()


def numpy_saved(write):
    buffer = io.BytesIO()
    write(buffer)
    return base64.b64encode(buffer.getvalue()).decode()


def expected(tensor):
    u = tensor.double().mean(0)
    blocks = torch.nn.functional.avg_pool2d(u[None, None], 2)
    return {'sum': u.sum().item(), 'sum over channels': tensor.double().sum().item(), 'patch-max-2': blocks.max().item(),
            'q95': float(numpy.quantile(u.numpy(), 0.95)), 'negatives': int((tensor < 0).sum())}


def batch(scale, dtype=torch.float32):
    """Six maps of one batch: each file of the original holds the whole batch, and the tensor is a view of it."""
    return (torch.randn(6, 3, 8, 8) * 9e-4 + torch.rand(6, 1, 1, 1) * 2e-3).mul(scale).to(dtype)


def kept(values):
    values = numpy.array(values)
    return int(((values < values.mean() + values.std()) & (values != 0)).sum())


files, maps = {}, {}
first, second, half = batch(1), batch(-0.1), batch(1, torch.float16)
root = "ddim fixed_skip_10_train%50_step10_S10_sigma1.0"
for i in range(6):
    files[f'{root}/var_tensors/var_{1000000 + i}_1.0_1.0.pth'] = saved(first[i])
    files[f'{root}/var_tensors/var_{1000000 + i}_0.001_1000.0.pth'] = saved(second[i])
    files[f'older/z_var/{1000000 + i}_1.0_3.0.pth'] = saved(half[i])
    maps[f'1.0_1.0 {1000000 + i}'] = expected(first[i])
    maps[f'0.001_1000.0 {1000000 + i}'] = expected(second[i])
    maps[f'1.0_3.0 {1000000 + i}'] = expected(half[i])
files[f'{root}/torch_random_state.pth'] = saved(torch.zeros(4, dtype=torch.uint8))

sums = torch.arange(6, dtype=torch.float32).reshape(3, 2) + 0.5
files['a photo of a cat, 100%_train5_step50_S10/var_sum.pt'] = saved(sums)

plain = rng.normal(5e-4, 1e-3, (5, 7)).astype(numpy.float32)
color = rng.normal(5e-4, 1e-3, (5, 7, 3))
deep = rng.integers(0, 65536, (5, 7), dtype=numpy.uint16)
files['maps/cats/gray.npy'] = numpy_saved(lambda f: numpy.save(f, plain))
files['maps/cats/color.npy'] = numpy_saved(lambda f: numpy.save(f, color))
files['maps/fortran.npy'] = numpy_saved(lambda f: numpy.save(f, numpy.asfortranarray(plain)))
files['maps/zipped.npz'] = numpy_saved(lambda f: numpy.savez_compressed(f, variance=color.transpose(2, 0, 1)))
files['maps/deep.png'] = numpy_saved(lambda f: Image.fromarray(deep).save(f, 'PNG'))
files['maps/float.tiff'] = numpy_saved(lambda f: Image.fromarray(plain).save(f, 'TIFF'))
files['maps/torch.pth'] = saved(torch.from_numpy(color.transpose(2, 0, 1).astype(numpy.float32)))
files['maps/notes.txt'] = base64.b64encode(b'not a map').decode()
files['stack.npz'] = numpy_saved(lambda f: numpy.savez(f, maps=numpy.stack([plain, plain * 2]), ids=numpy.array(['b', 'a'])))
files['named.npz'] = numpy_saved(lambda f: numpy.savez(f, **{'b': plain, 'a': plain * 2}))
files['without-ids.npz'] = numpy_saved(lambda f: numpy.savez(f, maps=numpy.stack([plain, plain * 2])))
files['eight-bit/1.png'] = numpy_saved(lambda f: Image.fromarray((deep >> 8).astype(numpy.uint8)).save(f, 'PNG'))

folder = {'cats/gray': plain.sum(dtype=float), 'cats/color': color.mean(2).sum(), 'fortran': plain.sum(dtype=float),
          'zipped': color.mean(2).sum(), 'deep': float(deep.sum(dtype=float)), 'float': plain.sum(dtype=float),
          'torch': color.astype(numpy.float32).astype(float).mean(2).sum()}
print(json.dumps({
    'made by': 'test/reference/map-files.py',
    'versions': {'torch': torch.__version__, 'numpy': numpy.__version__, 'Pillow': PIL.__version__},
    'seed': 3, 'files': files, 'root': root, 'maps': maps,
    'kept by sum': {s: kept([maps[f'{s} {1000000 + i}']['sum'] for i in range(6)]) for s in ('1.0_1.0', '0.001_1000.0', '1.0_3.0')},
    'kept by patch-max-2': {s: kept([maps[f'{s} {1000000 + i}']['patch-max-2'] for i in range(6)]) for s in ('1.0_1.0', '0.001_1000.0', '1.0_3.0')},
    'variance sums': {str(q): sums[q % 3, q // 3].item() for q in range(6)},
    'folder sums': {k: float(v) for k, v in folder.items()},
    'eight bit sum': float((deep >> 8).sum())}))
